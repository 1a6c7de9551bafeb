-- Keeps the judgements that have changed; who was told of the former one is told again. A case once opened stays.
--
-- Reads: judged_applications (temporary)
-- Writes: vacancy_registrations, one row per application whose judgement or days changed
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant judged at
--   run_id (bigint): run
UPDATE vacancy_registrations AS r SET
    state = j.state,
    reason = j.reason,
    overlaps_code = j.overlaps_code,
    first_day = CASE WHEN j.state = 'accepted' THEN j.first_day END,
    last_day = CASE WHEN j.state = 'accepted' THEN j.last_day END,
    judged_at = CAST(:as_of AS timestamptz),
    told_at = NULL,
    run_id = CAST(:run_id AS bigint)
FROM judged_applications AS j
WHERE
    r.application_code = j.application_code
    AND (
        r.state <> j.state
        OR r.reason IS DISTINCT FROM j.reason
        OR r.overlaps_code IS DISTINCT FROM j.overlaps_code
        OR (j.state = 'accepted' AND (r.first_day, r.last_day) IS DISTINCT FROM (j.first_day, j.last_day))
    )
