-- Lets the planner know what the temporary table due_pool_units holds.
--
-- Reads: due_pool_units (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_pool_units
