-- The newest runs of the pipelines a visitor may read, a page at a time.
-- Reads: runs
-- Writes: nothing (one row per run, newest first)
-- Rerun: reads only
-- Params:
--   pipelines (text array): DAGs the visitor may read
--   pipeline (text): only this one; null: all of them
--   state (text): only runs in this state; null: all
--   before (bigint): run_id the page starts behind, exclusive; null: the newest
--   page_size (integer): rows at most
SELECT
    r.run_id AS run_id,
    r.run_code AS run_code,
    r.pipeline AS pipeline,
    r.as_of AS as_of,
    r.started_at AS started_at,
    r.ended_at AS ended_at,
    r.state AS state,
    r.rows_in AS rows_in,
    r.rows_out AS rows_out,
    r.requested_by AS requested_by,
    r.external_key AS external_key,
    r.detail ->> 'reason' AS reason,
    r.detail -> 'stopped_by' AS stopped_by
FROM runs AS r
WHERE
    r.pipeline = any(CAST(:pipelines AS text[]))
    AND (CAST(:pipeline AS text) IS NULL OR r.pipeline = :pipeline)
    AND (CAST(:state AS text) IS NULL OR r.state = :state)
    AND (CAST(:before AS bigint) IS NULL OR r.run_id < :before)
ORDER BY r.run_id DESC
LIMIT CAST(:page_size AS integer)
