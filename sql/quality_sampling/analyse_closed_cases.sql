-- Tells the planner what closed cases there are.
--
-- Reads: closed_cases (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE closed_cases
