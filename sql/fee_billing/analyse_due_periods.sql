-- Lets the planner know what the temporary table due_periods holds.
--
-- Reads: due_periods (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_periods
