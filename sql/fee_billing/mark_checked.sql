-- The gates let a run's drafts pass.
--
-- Reads: billing_runs
-- Writes: billing_runs, their state
-- Rerun: changes nothing
--
-- Params:
--   run_id (bigint): the pipeline's run
--   checked_at (timestamptz): instant
UPDATE billing_runs
SET
    state = 'checked',
    checked_at = CAST(:checked_at AS timestamptz)
WHERE run_id = CAST(:run_id AS bigint) AND state = 'draft'
