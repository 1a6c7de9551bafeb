-- Note that a billing run's approvers were told that it waits too long.
--
-- Reads: billing_runs
-- Writes: billing_runs, the run, once
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): the billing run
--   told_at (timestamptz): wall clock
UPDATE billing_runs
SET overdue_told_at = CAST(:told_at AS timestamptz)
WHERE run_code = CAST(:run_code AS text) AND state = 'awaiting_approval' AND overdue_told_at IS NULL
