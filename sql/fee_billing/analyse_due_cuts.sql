-- Lets the planner know what the temporary table due_cuts holds.
--
-- Reads: due_cuts (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_cuts
