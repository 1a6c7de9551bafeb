-- Warns of days short of support people, once, and again when it gets worse or falls short anew (QC-02).
--
-- Reads: quality_roster_warnings
-- Writes: quality_roster_warnings, one row per day
-- Rerun: nothing, unless a day got worse
--
-- Params:
--   days (date[]): days short of support people
--   on_duty (integer[]): support people on the roster, in the same order
--   needed (integer): support people needed
--   at (timestamptz): instant of the run
--   run_id (bigint): run that writes
INSERT INTO quality_roster_warnings AS w (day, on_duty, needed, noted_at, run_id)
SELECT
    g.day,
    g.on_duty,
    CAST(:needed AS integer),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM unnest(CAST(:days AS date[]), CAST(:on_duty AS integer[])) AS g (day, on_duty)
ON CONFLICT (day) DO UPDATE
    SET
        on_duty = excluded.on_duty,
        needed = excluded.needed,
        noted_at = excluded.noted_at,
        resolved_at = NULL,
        told_at = NULL,
        run_id = excluded.run_id
    WHERE w.resolved_at IS NOT NULL OR excluded.on_duty < w.on_duty
