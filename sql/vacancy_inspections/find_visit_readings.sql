-- INS-03: the meter readings of the judged visits (whether the visit counts or not, if the unit was entered), each with
-- the meter of the unit that was in use that day: none, one, or several.
--
-- Reads: judged_results (temporary), meters, meter_versions
-- Writes: visit_readings (temporary), one row per visit and utility read
-- Rerun: once per transaction
--
-- Params: none
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
LEFT JOIN in_use AS m
    ON
        r.community_code = m.community_code
        AND r.unit_code = m.unit_code
        AND r.utility = m.utility
        AND r.read_on BETWEEN m.first_day AND m.last_day
GROUP BY
    r.inspection_code, r.inspected_at, r.community_code, r.unit_code, r.read_on, r.staff_code, r.utility, r.reading
