-- Lets the planner know what the temporary table due_tariffs holds.
--
-- Reads: due_tariffs (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_tariffs
