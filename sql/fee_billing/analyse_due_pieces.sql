-- Lets the planner know what the temporary table due_pieces holds.
--
-- Reads: due_pieces (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_pieces
