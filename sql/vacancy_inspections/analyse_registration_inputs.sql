-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: registration_inputs (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE registration_inputs
