-- Makes room for the second half of a judging: what takes back, after what was paid.
--
-- Reads: nothing
-- Writes: judged_payments, changed_payments (temporary): dropped
-- Rerun: changes nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.judged_payments, pg_temp.changed_payments
