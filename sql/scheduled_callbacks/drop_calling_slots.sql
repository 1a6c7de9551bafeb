-- Makes room for the slots of agents of another stretch of days.
--
-- Reads: nothing
-- Writes: drops calling_slots (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.calling_slots
