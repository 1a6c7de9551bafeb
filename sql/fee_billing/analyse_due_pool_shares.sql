-- Lets the planner know what the temporary table due_pool_shares holds.
--
-- Reads: due_pool_shares (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_pool_shares
