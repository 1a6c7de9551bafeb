-- INS-03: the meter readings of the judged visits (whether the visit counts or not, if the unit was entered), each with
-- the meter of the unit that was in use that day: none, one, or several. A meter that came later and is in force replaces
-- the one before it, unless that one was actually read after the later one had come: then the unit has both.
--
-- Reads: judged_results (temporary), meters, meter_versions, meter_readings
-- Writes: visit_readings (temporary), one row per visit and utility read
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; later readings are invisible
CREATE TEMPORARY TABLE visit_readings ON COMMIT DROP AS
WITH readings AS (
    SELECT
        j.inspection_code,
        j.inspected_at,
        j.community_code,
        j.unit_code,
        j.visited_on AS read_on,
        j.staff_code,
        'water' AS utility,
        j.water_reading AS reading
    FROM judged_results AS j
    WHERE j.entered AND j.water_reading IS NOT NULL
    UNION ALL
    SELECT
        j.inspection_code,
        j.inspected_at,
        j.community_code,
        j.unit_code,
        j.visited_on,
        j.staff_code,
        'electricity',
        j.electricity_reading
    FROM judged_results AS j
    WHERE j.entered AND j.electricity_reading IS NOT NULL
),

in_use AS (
    SELECT
        m.meter_code,
        m.community_code,
        m.unit_code,
        m.utility,
        coalesce(least(m.valid_from, min(v.valid_from)), date '0001-01-01') AS first_day,
        coalesce(m.valid_to, date '9999-12-31') AS last_day
    FROM meters AS m
    LEFT JOIN meter_versions AS v ON m.meter_code = v.meter_code
    WHERE m.unit_code IS NOT NULL
    GROUP BY m.meter_code
),

in_use_that_day AS (
    SELECT
        r.inspection_code,
        r.inspected_at,
        m.utility,
        m.meter_code
    FROM readings AS r
    INNER JOIN in_use AS m
        ON
            r.community_code = m.community_code
            AND r.unit_code = m.unit_code
            AND r.utility = m.utility
            AND r.read_on BETWEEN m.first_day AND m.last_day
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM in_use AS n
            WHERE
                n.community_code = m.community_code
                AND n.unit_code = m.unit_code
                AND n.utility = m.utility
                AND n.first_day > m.first_day
                AND r.read_on BETWEEN n.first_day AND n.last_day
                AND NOT EXISTS (
                    SELECT 1
                    FROM meter_readings AS k
                    WHERE
                        k.meter_code = m.meter_code
                        AND k.read_on > n.first_day
                        AND k.read_on <= CAST(:today AS date)
                        AND k.estimated IS NOT TRUE
                )
        )
)

SELECT
    r.inspection_code,
    r.inspected_at,
    r.community_code,
    r.unit_code,
    r.read_on,
    r.staff_code,
    r.utility,
    r.reading,
    count(m.meter_code) AS meters,
    min(m.meter_code) AS meter_code
FROM readings AS r
LEFT JOIN in_use_that_day AS m
    ON r.inspection_code = m.inspection_code AND r.inspected_at = m.inspected_at AND r.utility = m.utility
GROUP BY
    r.inspection_code, r.inspected_at, r.community_code, r.unit_code, r.read_on, r.staff_code, r.utility, r.reading
