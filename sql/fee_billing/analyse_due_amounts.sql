-- Lets the planner know what the temporary table due_amounts holds.
--
-- Reads: due_amounts (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_amounts
