-- The run that reversed a run.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   run_code (text): run that was reversed
SELECT r.run_code
FROM billing_runs AS r
WHERE r.reverses = CAST(:run_code AS text)
