-- Remember which task in Airflow asks about a billing run.
--
-- Reads: billing_runs
-- Writes: billing_runs, the run, if it awaits its approval
-- Rerun: the same again
--
-- Params:
--   run_code (text): the billing run
--   waiting_task (text): the task: dag/run/task/map index
UPDATE billing_runs
SET waiting_task = CAST(:waiting_task AS text)
WHERE run_code = CAST(:run_code AS text) AND state = 'awaiting_approval'
