-- INS-09: which registrations have to be measured anew: those for which a reading, a meter, a multiplier, a limit, their
-- days or the month has changed since the last run. All others stand as they are.
--
-- Reads: registered_meters, inspected_communities (temporary), meter_readings, vacancy_use
-- Writes: registration_inputs (temporary), one row per registration that has begun: its newest month, the digest of all
--     it rests on, and whether that differs from what the newest month keeps
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; later readings are invisible
CREATE TEMPORARY TABLE registration_inputs ON COMMIT DROP AS
WITH readings AS (
    SELECT
        m.application_code,
        m.meter_code,
        sum(hash_numeric_extended(r.reading, r.read_on - date '0001-01-01')) AS readings_hash
    FROM registered_meters AS m
    INNER JOIN meter_readings AS r
        ON
            m.meter_code = r.meter_code
            AND (m.first_day <= r.read_on OR NOT (m.is_in_use AND m.meters_in_use = 1))
            AND r.read_on <= :today
            AND r.estimated IS NOT TRUE
    GROUP BY m.application_code, m.meter_code
),

meters_of_each AS (
    SELECT
        m.application_code,
        m.community_code,
        m.unit_code,
        m.first_day,
        m.to_day,
        string_agg(
            CAST(row(
                m.utility, m.meter_code, m.is_in_use, m.meters_in_use, trim_scale(m.base_reading),
                trim_scale(m.multiplier), m.versions_hash, r.readings_hash
            ) AS text),
            ',' ORDER BY m.utility, m.meter_code
        ) AS meters
    FROM registered_meters AS m
    LEFT JOIN readings AS r ON m.application_code = r.application_code AND m.meter_code = r.meter_code
    GROUP BY m.application_code, m.community_code, m.unit_code, m.first_day, m.to_day
),

digested AS (
    SELECT
        e.application_code,
        to_char(least(e.to_day, CAST(:today AS date)), 'YYYY-MM') AS period,
        md5(CAST(row(
            e.community_code, e.unit_code, e.first_day, e.to_day, trim_scale(c.water_limit),
            trim_scale(c.electricity_limit), e.meters
        ) AS text)) AS inputs
    FROM meters_of_each AS e
    INNER JOIN inspected_communities AS c ON e.community_code = c.community_code
)

SELECT
    d.application_code,
    d.period,
    d.inputs,
    coalesce(u.explanation ->> 'inputs' <> d.inputs, TRUE) AS is_changed
FROM digested AS d
LEFT JOIN vacancy_use AS u ON d.application_code = u.application_code AND d.period = u.period
