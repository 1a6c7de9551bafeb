-- Makes room for the groups of agents of another stretch of days.
--
-- Reads: nothing
-- Writes: drops calling_groups (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.calling_groups
