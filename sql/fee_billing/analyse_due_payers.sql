-- Lets the planner know what the temporary table due_payers holds.
--
-- Reads: due_payers (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_payers
