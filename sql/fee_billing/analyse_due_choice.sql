-- Lets the planner know what the temporary table due_choice holds.
--
-- Reads: due_choice (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_choice
