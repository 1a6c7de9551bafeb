-- Tells the planner how many grounds were derived: what follows compares them with all that are kept.
--
-- Reads: derived_grounds (temporary)
-- Writes: the statistics of derived_grounds (temporary); no row (grain: none)
-- Rerun: the same
--
-- Params: none
ANALYZE derived_grounds
