-- A draft that never met a gate, because the run that wrote it broke off, is checked by the run that would write it again.
--
-- Reads: billing_runs
-- Writes: billing_runs, the run it belongs to
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): the billing run
--   run_id (bigint): the pipeline's run
UPDATE billing_runs
SET run_id = CAST(:run_id AS bigint)
WHERE
    run_code = CAST(:run_code AS text)
    AND state = 'draft'
    AND run_id IS DISTINCT FROM CAST(:run_id AS bigint)
