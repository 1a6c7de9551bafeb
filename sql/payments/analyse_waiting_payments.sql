-- Lets the planner know what was found for the judging of payments.
--
-- Reads: waiting_payments (temporary)
-- Writes: statistics of it
-- Rerun: the same
--
-- Params: none
ANALYZE waiting_payments
