-- Lets the planner know what was found for the distribution of payments.
--
-- Reads: open_bills (temporary)
-- Writes: statistics of it
-- Rerun: the same
--
-- Params: none
ANALYZE open_bills
