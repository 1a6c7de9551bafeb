-- Lets the planner know what the temporary table due_pools holds.
--
-- Reads: due_pools (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_pools
