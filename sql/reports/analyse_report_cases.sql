-- Lets the planner know how many cases there are at the edges of the windows.
--
-- Reads: report_cases (temporary)
-- Writes: its statistics
-- Rerun: the same
--
-- Params: none
ANALYZE report_cases
