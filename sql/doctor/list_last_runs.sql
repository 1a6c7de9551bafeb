-- The last run of every pipeline, and its last success.
-- Reads: runs
-- Writes: nothing
-- Rerun: the same answer
WITH pipelines AS (
    SELECT DISTINCT every.pipeline AS pipeline
    FROM runs AS every
)

SELECT
    last.pipeline AS pipeline,
    last.run_code AS run_code,
    last.state AS state,
    last.started_at AS started_at,
    last.detail ->> 'failed_task' AS failed_task,
    last.detail -> 'stopped_by' AS stopped_by,
    (
        SELECT count(*)
        FROM gate_results AS found
        WHERE found.run_id = last.run_id AND found.outcome <> 'met' AND found.severity <> 'info'
    ) AS findings,
    (
        SELECT max(done.started_at)
        FROM runs AS done
        WHERE done.pipeline = last.pipeline AND done.state IN ('succeeded', 'waiting')
    ) AS succeeded_at
FROM pipelines
CROSS JOIN
    LATERAL (
        SELECT
            newest.run_id AS run_id,
            newest.pipeline AS pipeline,
            newest.run_code AS run_code,
            newest.state AS state,
            newest.started_at AS started_at,
            newest.detail AS detail
        FROM runs AS newest
        WHERE newest.pipeline = pipelines.pipeline
        ORDER BY newest.run_id DESC
        LIMIT 1
    ) AS last
ORDER BY last.pipeline
