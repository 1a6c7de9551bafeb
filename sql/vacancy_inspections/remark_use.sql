-- INS-09: what use could not be reckoned from is told: readings that fall, and units without a meter or with several when
-- their registration begins (the application's readings then belong to none).
--
-- Reads: measured_meters, use_stretches (temporary)
-- Writes: inspection_remarks, one row per registration, meter and falling reading, or per kind, unit and utility
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): instant it is noted at
--   run_id (bigint): run
WITH without_meter AS (
    SELECT DISTINCT ON (m.community_code, m.unit_code, m.utility)
        CASE m.meters_in_use WHEN 0 THEN 'no_meter' ELSE 'several_meters' END AS kind,
        concat_ws('/', m.community_code, m.unit_code, m.utility) AS subject,
        m.community_code,
        m.unit_code,
        jsonb_build_object(
            'application_code', m.application_code,
            'utility', m.utility,
            'read_on', m.first_day,
            'reading', CAST(m.base_reading AS text)
        ) AS detail
    FROM measured_meters AS m
    WHERE m.meters_in_use <> 1
    ORDER BY m.community_code ASC, m.unit_code ASC, m.utility ASC, m.application_code ASC
),

amiss AS (
    SELECT
        'use_falls' AS kind,
        concat_ws(' ', s.application_code, s.meter_code, s.last_day) AS subject,
        s.community_code,
        s.unit_code,
        jsonb_build_object(
            'application_code', s.application_code,
            'utility', s.utility,
            'meter_code', s.meter_code,
            'read_on', s.last_day,
            'reading', CAST(s.to_reading AS text),
            'compared_with', CAST(s.from_reading AS text),
            'compared_on', s.first_day - 1,
            'is_from_application', s.is_from_application
        ) AS detail
    FROM use_stretches AS s
    WHERE s.to_reading < s.from_reading
    UNION ALL
    SELECT
        w.kind,
        w.subject,
        w.community_code,
        w.unit_code,
        w.detail
    FROM without_meter AS w
)

INSERT INTO inspection_remarks (kind, subject, community_code, unit_code, detail, noted_at, run_id)
SELECT
    a.kind,
    a.subject,
    a.community_code,
    a.unit_code,
    a.detail,
    CAST(:as_of AS timestamptz),
    CAST(:run_id AS bigint)
FROM amiss AS a
ON CONFLICT (kind, subject) DO NOTHING
