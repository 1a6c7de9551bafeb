-- Tells the planner how many readings visits brought, before statements that join them.
--
-- Reads: visit_readings (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE visit_readings
