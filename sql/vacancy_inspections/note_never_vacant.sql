-- INS-01, INS-07: remarks accepted registrations of units that are never vacant by their use (parking, storage, basement):
-- no day of theirs counts, whatever the owner was told. Also of those that are over, so that skipped days change nothing.
--
-- Reads: judged_applications (temporary), units, unit_versions, inspected_communities (temporary)
-- Writes: inspection_remarks, one row per such application
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noticed at
--   run_id (bigint): run
INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    'never_vacant' AS kind,
    j.application_code AS subject,
    j.community_code,
    j.unit_code,
    jsonb_build_object('application_code', j.application_code, 'unit_use', u.unit_use) AS detail,
    CAST(:as_of AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM judged_applications AS j
INNER JOIN units AS u ON j.community_code = u.community_code AND j.unit_code = u.unit_code
INNER JOIN inspected_communities AS c ON j.community_code = c.community_code
WHERE
    j.state = 'accepted'
    AND u.unit_use NOT IN ('residential', 'shop', 'office')
    AND j.last_day >= c.live_from
    AND NOT EXISTS (
        SELECT 1
        FROM unit_versions AS v
        WHERE
            v.community_code = j.community_code
            AND v.unit_code = j.unit_code
            AND v.unit_use IN ('residential', 'shop', 'office')
            AND v.valid_from <= j.last_day
            AND NOT EXISTS (
                SELECT 1
                FROM unit_versions AS w
                WHERE
                    w.community_code = v.community_code
                    AND w.unit_code = v.unit_code
                    AND w.valid_from > v.valid_from
                    AND w.valid_from <= greatest(j.first_day, c.live_from)
            )
    )
ON CONFLICT (kind, subject) DO NOTHING
