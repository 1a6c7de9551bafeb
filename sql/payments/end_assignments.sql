-- Ends assignments in whose place another one comes.
--
-- Reads: changed_payments (temporary)
-- Writes: payment_assignments, one row changed per payment that had one
-- Rerun: once per judging
--
-- Params:
--   as_of (timestamptz): instant of the run
UPDATE payment_assignments AS a
SET ended_at = greatest(CAST(:as_of AS timestamptz), a.assigned_at)
FROM changed_payments AS c
WHERE a.payment_code = c.payment_code AND a.ended_at IS NULL
