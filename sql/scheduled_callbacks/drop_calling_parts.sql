-- Makes room for the day parts in force on another day.
--
-- Reads: nothing
-- Writes: drops calling_parts (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.calling_parts
