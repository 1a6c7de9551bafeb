-- Tells the planner how many rows the touched cases have, before statements that join them.
--
-- Reads: touched_cases (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE touched_cases
