-- Makes room for the calling days of another stretch.
--
-- Reads: nothing
-- Writes: drops calling_days (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.calling_days
