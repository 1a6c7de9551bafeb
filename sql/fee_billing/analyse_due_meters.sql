-- Lets the planner know what the temporary table due_meters holds.
--
-- Reads: due_meters (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_meters
