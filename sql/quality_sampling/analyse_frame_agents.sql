-- Tells the planner what frame agents there are.
--
-- Reads: frame_agents (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE frame_agents
