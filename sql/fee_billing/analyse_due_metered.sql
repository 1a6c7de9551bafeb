-- Lets the planner know what the temporary table due_metered holds.
--
-- Reads: due_metered (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_metered
