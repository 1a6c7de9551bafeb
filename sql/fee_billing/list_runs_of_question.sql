-- Billing runs that await their approval and were drafted, or are asked about, by a run of the pipeline.
--
-- Reads: billing_runs, runs
-- Writes: nothing; one row per billing run
-- Rerun: reads only
--
-- Params:
--   run_code (text): code of the run of the pipeline
SELECT r.run_code
FROM runs AS p
INNER JOIN billing_runs AS r
    ON p.run_id = r.run_id OR p.external_key = split_part(r.waiting_task, '/', 2)
WHERE p.run_code = CAST(:run_code AS text) AND p.pipeline = 'fee_billing' AND r.state = 'awaiting_approval'
ORDER BY r.run_code ASC
