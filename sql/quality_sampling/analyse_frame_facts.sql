-- Tells the planner what facts there are.
--
-- Reads: frame_facts (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE frame_facts
