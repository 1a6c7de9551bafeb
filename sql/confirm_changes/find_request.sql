-- Where the open question about a change stands in Airflow.
-- Reads: change_requests, intake_changes, runs
-- Writes: nothing (one row at most)
-- Rerun: reads only
-- Params:
--   change_code (text): the change
SELECT
    r.run_code AS run_code,
    r.external_key AS dag_run_id,
    q.place AS place,
    q.digest AS digest
FROM change_requests AS q
INNER JOIN intake_changes AS c ON q.change_id = c.change_id
INNER JOIN runs AS r ON q.run_id = r.run_id
WHERE
    c.change_code = :change_code
    AND r.state IN ('running', 'waiting')
    AND r.external_key IS NOT NULL
