-- Keeps the judgements that have changed; who was told of the former one is told again. A case once opened stays; that of
-- an application corrected to another unit is put aside for a new one.
--
-- Reads: judged_applications, moved_registrations (temporary)
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
    case_code = CASE WHEN v.application_code IS NULL THEN r.case_code END,
    run_id = CAST(:run_id AS bigint)
FROM judged_applications AS j
LEFT JOIN moved_registrations AS v ON j.application_code = v.application_code
WHERE
    r.application_code = j.application_code
    AND (
        r.state <> j.state
        OR v.application_code IS NOT NULL
        OR r.reason IS DISTINCT FROM j.reason
        OR r.overlaps_code IS DISTINCT FROM j.overlaps_code
        OR (j.state = 'accepted' AND (r.first_day, r.last_day) IS DISTINCT FROM (j.first_day, j.last_day))
    )
