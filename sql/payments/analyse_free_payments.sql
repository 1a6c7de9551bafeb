-- Lets the planner know what was found for the distribution of payments.
--
-- Reads: free_payments (temporary)
-- Writes: statistics of it
-- Rerun: the same
--
-- Params: none
ANALYZE free_payments
