-- Tells the planner what risky cases there are.
--
-- Reads: risky_cases (temporary)
-- Writes: statistics
-- Rerun: the same
--
-- Params: none
ANALYZE risky_cases
