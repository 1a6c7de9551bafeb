-- Whether a run drafted any billing runs that wait for a decision.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
SELECT r.run_code
FROM billing_runs AS r
WHERE
    r.run_id = :run_id
    AND r.kind = 'billing'
    AND r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
