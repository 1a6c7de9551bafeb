-- Tells the planner how many rows the steps found have, before statements that join them.
--
-- Reads: due_steps (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_steps
