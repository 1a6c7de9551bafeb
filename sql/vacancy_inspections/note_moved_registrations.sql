-- INS-07: remarks cases that are void because their application was corrected to another unit.
--
-- Reads: moved_registrations (temporary)
-- Writes: inspection_remarks, one row per such case
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noticed at
--   run_id (bigint): run
INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    'registration_moved' AS kind,
    concat(m.application_code, ' ', m.former_case_code) AS subject,
    m.former_community_code AS community_code,
    m.former_unit_code AS unit_code,
    jsonb_build_object(
        'application_code', m.application_code,
        'case_code', m.former_case_code,
        'moved_to', concat_ws(' ', m.community_code, m.unit_code)
    ) AS detail,
    CAST(:as_of AS timestamptz) AS noted_at,
    CAST(:run_id AS bigint) AS run_id
FROM moved_registrations AS m
ON CONFLICT (kind, subject) DO NOTHING
