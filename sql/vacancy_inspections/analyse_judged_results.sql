-- Tells the planner how many results were judged, before statements that join them.
--
-- Reads: judged_results (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
ANALYZE judged_results
