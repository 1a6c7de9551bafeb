-- How far the days are planned.
--
-- Reads: planned_scopes (temporary)
-- Writes: callback_progress, one row per scope served
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
--   last_day (date): day up to which everything is planned, inclusive
--   at (timestamptz): instant the run worked at
INSERT INTO callback_progress (scope, planned_to, computed_to, live_from, run_id)
SELECT
    s.scope,
    CAST(:last_day AS date) AS planned_to,
    CAST(:at AS timestamptz) AS computed_to,
    s.live_from,
    CAST(:run_id AS bigint) AS run_id
FROM planned_scopes AS s
ON CONFLICT (scope) DO UPDATE
    SET
        planned_to = excluded.planned_to,
        computed_to = greatest(callback_progress.computed_to, excluded.computed_to),
        live_from = excluded.live_from,
        run_id = excluded.run_id
    WHERE (callback_progress.planned_to, callback_progress.computed_to, callback_progress.live_from)
    IS DISTINCT FROM (
        excluded.planned_to, greatest(callback_progress.computed_to, excluded.computed_to), excluded.live_from
    )
