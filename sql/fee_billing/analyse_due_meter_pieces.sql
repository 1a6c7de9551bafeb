-- Lets the planner know what the temporary table due_meter_pieces holds.
--
-- Reads: due_meter_pieces (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_meter_pieces
