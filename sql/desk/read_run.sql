-- One run with all it counted.
-- Reads: runs
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   run_code (text): the run
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
    r.detail AS detail,
    r.requested_by AS requested_by,
    r.external_key AS external_key
FROM runs AS r
WHERE r.run_code = :run_code
