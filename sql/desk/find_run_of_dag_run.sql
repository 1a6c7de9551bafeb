-- Our run that belongs to a DAG run of Airflow.
-- Reads: runs
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   pipeline (text): DAG
--   external_key (text): Airflow's run id
SELECT
    r.run_id AS run_id,
    r.run_code AS run_code,
    r.pipeline AS pipeline,
    r.as_of AS as_of
FROM runs AS r
WHERE
    r.pipeline = :pipeline
    AND r.external_key = :external_key
