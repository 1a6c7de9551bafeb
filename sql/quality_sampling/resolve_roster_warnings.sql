-- Days that were short of support people and have enough again are told of once more.
--
-- Reads: quality_roster_warnings
-- Writes: quality_roster_warnings, one row per day
-- Rerun: nothing, for they are resolved
--
-- Params:
--   days (date[]): days with enough support people
--   on_duty (integer[]): support people on the roster, in the same order
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
UPDATE quality_roster_warnings AS w
SET
    on_duty = g.on_duty,
    resolved_at = CAST(:at AS timestamptz),
    told_at = NULL,
    run_id = CAST(:run_id AS bigint)
FROM unnest(CAST(:days AS date[]), CAST(:on_duty AS integer[])) AS g (day, on_duty)
WHERE w.day = g.day AND w.resolved_at IS NULL
