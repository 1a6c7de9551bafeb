-- Makes room for the callbacks of another day.
--
-- Reads: nothing
-- Writes: drops merged_callbacks (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.merged_callbacks
