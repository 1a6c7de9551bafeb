-- Lets the planner know how few windows and communities there are.
--
-- Reads: report_windows, report_communities (temporary)
-- Writes: their statistics
-- Rerun: the same
--
-- Params: none
ANALYZE report_windows, report_communities
