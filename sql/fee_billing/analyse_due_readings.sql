-- Lets the planner know what the temporary table due_readings holds.
--
-- Reads: due_readings (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE due_readings
