-- Remarks accepted registrations that end before the first day that counts: nothing is wrong with the application, but
-- no day of the unit is vacant by it. Those that ended before the community was served are left alone.
--
-- Reads: judged_applications (temporary), vacancy_applications, inspected_communities (temporary)
-- Writes: inspection_remarks, one row per such application
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noticed at
--   run_id (bigint): run
INSERT INTO inspection_remarks AS m (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    'ended_before_start' AS kind,
    j.application_code AS subject,
    j.community_code,
    j.unit_code,
    jsonb_build_object(
        'first_day', j.first_day, 'ended_on', least(a.end_date, a.ended_on), 'applied_on', a.applied_on
    ) AS detail,
    CAST(:as_of AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM judged_applications AS j
INNER JOIN vacancy_applications AS a ON j.application_code = a.application_code
INNER JOIN inspected_communities AS c ON j.community_code = c.community_code
WHERE j.state = 'accepted' AND j.last_day < j.first_day AND a.end_date >= c.live_from
ON CONFLICT (kind, subject) DO UPDATE SET
    detail = excluded.detail,
    community_code = excluded.community_code,
    unit_code = excluded.unit_code,
    noted_at = excluded.noted_at,
    told_at = NULL,
    run_id = excluded.run_id
WHERE m.detail <> excluded.detail
