-- Lets the planner know what the temporary table due_segments holds.
--
-- Reads: due_segments (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_segments
