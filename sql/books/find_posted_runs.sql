-- Whether a run posted any billing runs, reversals or balances from before.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
SELECT r.run_code
FROM billing_runs AS r
WHERE r.run_id = :run_id AND r.state IN ('posted', 'reversed')
