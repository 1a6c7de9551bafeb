-- Makes room for another distribution of money in the same transaction.
--
-- Reads: nothing
-- Writes: free_payments, open_bills, payment_shares (temporary): dropped
-- Rerun: changes nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.free_payments, pg_temp.open_bills, pg_temp.payment_shares
