-- Lets the planner know how many cases were opened and how many earlier ones are looked at.
--
-- Reads: report_opened, report_returned (temporary)
-- Writes: their statistics
-- Rerun: the same
--
-- Params: none
ANALYZE report_opened (case_code), report_returned (case_code)
