-- Makes room for the frame of another week.
--
-- Reads: nothing
-- Writes: drops frame_communities, frame_agents, risky_cases, closed_cases, late_items (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS
pg_temp.frame_communities, pg_temp.frame_agents, pg_temp.risky_cases, pg_temp.closed_cases, pg_temp.late_items
