-- Lets the planner know what the temporary table due_replacements holds.
--
-- Reads: due_replacements (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_replacements
