-- Tells the planner how many rows the openings have, before statements that join them.
--
-- Reads: openings (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE openings
