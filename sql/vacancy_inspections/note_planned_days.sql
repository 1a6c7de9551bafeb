-- How far the days are planned.
--
-- Reads: planned_communities (temporary)
-- Writes: inspection_progress, one row per community served
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
--   last_day (date): day up to which everything is planned, inclusive
INSERT INTO inspection_progress (community_code, planned_to, run_id)
SELECT
    c.community_code,
    CAST(:last_day AS date) AS planned_to,
    :run_id AS run_id
FROM planned_communities AS c
ON CONFLICT (community_code) DO UPDATE
    SET
        planned_to = excluded.planned_to,
        run_id = excluded.run_id
    WHERE inspection_progress.planned_to < excluded.planned_to
