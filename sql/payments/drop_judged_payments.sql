-- Makes room for another judging in the same transaction.
--
-- Reads: nothing
-- Writes: waiting_payments, judged_payments, changed_payments (temporary): dropped
-- Rerun: changes nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.waiting_payments, pg_temp.judged_payments, pg_temp.changed_payments
