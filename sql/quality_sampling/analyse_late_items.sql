-- Tells the planner what late items there are.
--
-- Reads: late_items (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE late_items
