-- Lets the planner know how many cases were touched.
--
-- Reads: report_touched (temporary)
-- Writes: its statistics
-- Rerun: the same
--
-- Params: none
ANALYZE report_touched
