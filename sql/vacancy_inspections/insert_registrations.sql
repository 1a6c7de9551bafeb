-- Keeps the judgements of applications that were not judged before.
--
-- Reads: judged_applications (temporary), vacancy_registrations
-- Writes: vacancy_registrations, one row per application
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant judged at
--   run_id (bigint): run
INSERT INTO vacancy_registrations (
    application_code, state, reason, overlaps_code, first_day, last_day, judged_at, run_id
)
SELECT
    j.application_code,
    j.state,
    j.reason,
    j.overlaps_code,
    CASE WHEN j.state = 'accepted' THEN j.first_day END AS first_day,
    CASE WHEN j.state = 'accepted' THEN j.last_day END AS last_day,
    CAST(:as_of AS timestamptz) AS judged_at,
    CAST(:run_id AS bigint) AS run_id
FROM judged_applications AS j
WHERE
    NOT EXISTS (
        SELECT 1
        FROM vacancy_registrations AS r
        WHERE r.application_code = j.application_code
    )
