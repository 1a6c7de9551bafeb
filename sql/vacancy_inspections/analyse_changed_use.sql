-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: changed_use (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE changed_use
