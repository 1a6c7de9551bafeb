-- Makes room for the teams as they are known now.
--
-- Reads: nothing
-- Writes: drops staff_teams (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.staff_teams
