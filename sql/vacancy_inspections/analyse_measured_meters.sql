-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: measured_meters (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE measured_meters
