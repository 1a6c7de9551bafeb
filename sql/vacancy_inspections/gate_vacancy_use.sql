-- The months of meter use a run wrote, with what the gate asks of them.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: vacancy_use, vacancy_registrations, runs, vacancy_progress
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('vacancy_inspections', 'severe_weather_inspection')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('vacancy_inspections', 'severe_weather_inspection')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
)

SELECT
    w.application_code,
    w.period,
    w.unit_code,
    w.water_use,
    w.electricity_use,
    NOT w.is_occupied OR w.water_use IS NOT NULL OR w.electricity_use IS NOT NULL AS is_occupied_by_reading,
    coalesce(
        g.state = 'accepted'
        AND w.period BETWEEN to_char(g.first_day, 'YYYY-MM') AND to_char(g.last_day, 'YYYY-MM'),
        FALSE
    ) AS is_registered,
    CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date)
    - to_date(w.period, 'YYYY-MM') AS days_since_month_began,
    (w.water_use IS NULL OR w.water_known_to IS NOT NULL)
    AND (w.electricity_use IS NULL OR w.electricity_known_to IS NOT NULL) AS is_explained
FROM vacancy_use AS w
INNER JOIN runs AS r ON w.run_id = r.run_id
LEFT JOIN vacancy_progress AS p ON p.only_row
LEFT JOIN vacancy_registrations AS g ON w.application_code = g.application_code
WHERE
    w.run_id IN (
        SELECT e.run_id
        FROM ungated AS e
    )
