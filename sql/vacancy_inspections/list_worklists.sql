-- The worklists of a day in walking order, with what the inspector has to know of each unit.
--
-- The last reading is that of the meter in use: a meter that came later replaces the one before it, unless that one was
-- actually read after the later one had come: then the unit has both, and none is shown.
--
-- Reads: inspection_lists, inspections, inspection_results, staff, communities, buildings, units, meters, meter_versions,
--        meter_readings, weather_events
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   work_date (date): day of the lists
--   staff_codes (text[]): people whose lists are wanted; NULL: everybody's
--   only_untold (bool): only the lists of people with a row of that day that was not mailed yet, each whole
WITH wanted AS (
    SELECT
        l.work_date,
        l.inspection_code,
        l.staff_code,
        l.position,
        l.is_carried_over
    FROM inspection_lists AS l
    WHERE
        l.work_date = CAST(:work_date AS date)
        AND (CAST(:staff_codes AS text[]) IS NULL OR l.staff_code = any(CAST(:staff_codes AS text[])))
        AND (
            NOT CAST(:only_untold AS boolean)
            OR EXISTS (
                SELECT 1
                FROM inspection_lists AS u
                WHERE u.work_date = l.work_date AND u.staff_code = l.staff_code AND u.told_at IS NULL
            )
        )
),

units_wanted AS (
    SELECT DISTINCT
        i.community_code,
        i.unit_code
    FROM wanted AS w
    INNER JOIN inspections AS i ON w.inspection_code = i.inspection_code
),

unit_meters AS (
    SELECT
        m.meter_code,
        m.community_code,
        m.unit_code,
        m.utility,
        coalesce(least(m.valid_from, min(v.valid_from)), date '0001-01-01') AS first_day
    FROM units_wanted AS u
    INNER JOIN meters AS m ON u.community_code = m.community_code AND u.unit_code = m.unit_code
    LEFT JOIN meter_versions AS v ON m.meter_code = v.meter_code
    WHERE coalesce(m.valid_to >= CAST(:work_date AS date), TRUE)
    GROUP BY m.meter_code
    HAVING coalesce(least(m.valid_from, min(v.valid_from)) <= CAST(:work_date AS date), TRUE)
),

meters_in_force AS (
    SELECT
        m.community_code,
        m.unit_code,
        m.utility,
        min(m.meter_code) AS meter_code
    FROM unit_meters AS m
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM unit_meters AS n
            WHERE
                n.community_code = m.community_code
                AND n.unit_code = m.unit_code
                AND n.utility = m.utility
                AND n.first_day > m.first_day
                AND NOT EXISTS (
                    SELECT 1
                    FROM meter_readings AS k
                    WHERE
                        k.meter_code = m.meter_code
                        AND k.read_on > n.first_day
                        AND k.read_on <= CAST(:work_date AS date)
                        AND k.estimated IS NOT TRUE
                )
        )
    GROUP BY m.community_code, m.unit_code, m.utility
    HAVING count(*) = 1
),

last_readings AS (
    SELECT
        f.community_code,
        f.unit_code,
        max(r.reading) FILTER (WHERE f.utility = 'water') AS water,
        max(r.reading) FILTER (WHERE f.utility = 'electricity') AS electricity
    FROM meters_in_force AS f
    CROSS JOIN
        LATERAL (
            SELECT k.reading
            FROM meter_readings AS k
            WHERE
                k.meter_code = f.meter_code
                AND k.read_on <= CAST(:work_date AS date)
                AND NOT coalesce(k.estimated, FALSE)
            ORDER BY k.read_on DESC
            LIMIT 1
        ) AS r
    GROUP BY f.community_code, f.unit_code
)

SELECT
    w.work_date,
    w.staff_code,
    s.staff_name,
    w.position,
    w.inspection_code,
    i.plan,
    i.community_code,
    c.community_name,
    i.building_code,
    coalesce(b.building_name, i.building_code) AS building_name,
    i.unit_code,
    u.unit_use,
    u.area_m2,
    i.due_on,
    i.deadline,
    w.is_carried_over,
    i.checklist,
    i.stages,
    r.water AS last_water_reading,
    r.electricity AS last_electricity_reading,
    CASE WHEN i.state = 'not_entered' THEN i.state END AS last_visit_state,
    coalesce(
        e.event,
        (
            SELECT f.finding
            FROM inspection_results AS f
            WHERE f.inspection_code = i.checks_code AND f.finding IS NOT NULL
            ORDER BY f.inspected_at DESC
            LIMIT 1
        )
    ) AS note
FROM wanted AS w
INNER JOIN inspections AS i ON w.inspection_code = i.inspection_code
INNER JOIN staff AS s ON w.staff_code = s.staff_code
INNER JOIN communities AS c ON i.community_code = c.community_code
INNER JOIN units AS u ON i.community_code = u.community_code AND i.unit_code = u.unit_code
LEFT JOIN buildings AS b ON i.community_code = b.community_code AND i.building_code = b.building_code
LEFT JOIN last_readings AS r ON i.community_code = r.community_code AND i.unit_code = r.unit_code
LEFT JOIN weather_events AS e ON i.period = e.event_code AND i.plan IN ('severe_weather', 'rain')
ORDER BY w.staff_code, w.position
