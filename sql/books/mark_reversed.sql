-- Marks a posted run as reversed.
--
-- Reads: billing_runs
-- Writes: billing_runs, the run
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): run that is reversed
UPDATE billing_runs AS r
SET state = 'reversed'
WHERE r.run_code = CAST(:run_code AS text) AND r.state = 'posted'
