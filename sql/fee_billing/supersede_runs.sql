-- Undecided billing runs give way to newer drafts.
--
-- Reads: billing_runs
-- Writes: billing_runs, their state
-- Rerun: changes nothing
--
-- Params:
--   run_codes (text[]): the billing runs
--   run_id (bigint): the pipeline's run
UPDATE billing_runs
SET
    state = 'superseded',
    run_id = CAST(:run_id AS bigint)
WHERE
    run_code = any(CAST(:run_codes AS text[]))
    AND state IN ('draft', 'checked', 'awaiting_approval', 'approved')
