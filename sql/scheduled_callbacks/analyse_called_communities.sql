-- What the planner must know of the communities served.
--
-- Reads: called_communities (temporary)
-- Writes: its statistics
-- Rerun: any time
--
-- Params: none
ANALYZE called_communities
