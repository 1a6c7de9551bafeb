-- INS-03: readings of visits that could not become meter readings are told: once per meter and day, and once for a unit
-- whose meter is not in the register, or that has several.
--
-- Reads: judged_readings (temporary)
-- Writes: inspection_remarks, one row per kind and meter reading, or per kind, unit and utility
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noted at
--   run_id (bigint): run
INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT DISTINCT ON (j.outcome, s.subject)
    j.outcome,
    s.subject,
    j.community_code,
    j.unit_code,
    jsonb_build_object(
        'inspection_code', j.inspection_code,
        'staff_code', j.staff_code,
        'utility', j.utility,
        'meter_code', j.meter_code,
        'read_on', j.read_on,
        'reading', CAST(j.reading AS text),
        'compared_with', CAST(j.compared_with AS text),
        'compared_on', j.compared_on
    ),
    CAST(:as_of AS timestamptz),
    CAST(:run_id AS bigint)
FROM judged_readings AS j
CROSS JOIN
    LATERAL (
        SELECT
            CASE
                WHEN j.meter_code IS NULL THEN concat_ws('/', j.community_code, j.unit_code, j.utility)
                ELSE concat(j.meter_code, ' ', j.read_on, ' ', j.inspection_code)
            END AS subject
    ) AS s
WHERE j.outcome NOT IN ('new', 'known')
ORDER BY j.outcome ASC, s.subject ASC, j.inspected_at ASC
ON CONFLICT (kind, subject) DO NOTHING
