-- Makes room for the agents of another stretch of days.
--
-- Reads: nothing
-- Writes: drops calling_agents (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.calling_agents
