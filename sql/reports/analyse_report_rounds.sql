-- Lets the planner know how many rounds of cases there are.
--
-- Reads: report_rounds (temporary)
-- Writes: its statistics
-- Rerun: the same
--
-- Params: none
ANALYZE report_rounds (case_code, begins_at, finished_at, until)
