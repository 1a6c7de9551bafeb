-- Tells the planner what frame communities there are.
--
-- Reads: frame_communities (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE frame_communities
