-- Which of the payments to judge are from before their community was served, or of one that is not.
--
-- Reads: waiting_payments (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   payment_codes (text[]): payments asked about
SELECT w.payment_code
FROM waiting_payments AS w
WHERE w.is_outside AND w.payment_code = any(CAST(:payment_codes AS text[]))
