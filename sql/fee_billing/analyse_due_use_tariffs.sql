-- Lets the planner know what the temporary table due_use_tariffs holds.
--
-- Reads: due_use_tariffs (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_use_tariffs
