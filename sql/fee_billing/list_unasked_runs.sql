-- Billing runs this Airflow run sees through: those that await their approval and that no other open question is about, its
-- own questions again, and those that were approved and not posted because something was killed.
--
-- A question is open as long as the Airflow run that asks it is running or waits. What another run has just drafted is left
-- to that run.
--
-- Reads: billing_runs, runs
-- Writes: nothing; one row per billing run
-- Rerun: a run that is retried finds its own questions again
--
-- Params:
--   dag_run_id (text): the Airflow run
--   at_most (integer): questions at once
SELECT r.run_code
FROM billing_runs AS r
LEFT JOIN runs AS o
    ON o.pipeline = 'fee_billing' AND o.external_key = split_part(r.waiting_task, '/', 2)
LEFT JOIN runs AS d ON r.run_id = d.run_id AND d.external_key <> CAST(:dag_run_id AS text)
WHERE
    r.kind = 'billing'
    AND r.state IN ('awaiting_approval', 'approved')
    AND (r.waiting_task IS NOT NULL OR d.state IS DISTINCT FROM 'running')
    AND (
        o.run_id IS NULL
        OR o.state NOT IN ('running', 'waiting')
        OR o.external_key = CAST(:dag_run_id AS text)
    )
ORDER BY r.community_code ASC, r.run_code ASC
LIMIT CAST(:at_most AS integer)
