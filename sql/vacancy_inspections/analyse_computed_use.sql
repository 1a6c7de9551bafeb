-- Tells the planner how many rows there are, before statements that join them.
--
-- Reads: computed_use (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE computed_use
