-- Tells the planner what the communities checked are.
--
-- Reads: checked_communities (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE checked_communities
