-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: registered_meters (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE registered_meters
