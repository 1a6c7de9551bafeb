-- Lets the planner know what was found for the distribution of payments.
--
-- Reads: payment_shares (temporary)
-- Writes: statistics of it
-- Rerun: the same
--
-- Params: none
ANALYZE payment_shares
