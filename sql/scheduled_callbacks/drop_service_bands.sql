-- Makes room for the bands of another day or trigger.
--
-- Reads: nothing
-- Writes: drops service_bands (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.service_bands
