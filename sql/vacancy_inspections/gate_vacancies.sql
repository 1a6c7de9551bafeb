-- The intervals of vacancy a run wrote, with what the gate asks of them.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: vacancies, units, settings, vacancy_registrations, occupancies, meters, runs, vacancy_progress
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
),

looked_at AS (
    SELECT CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    LEFT JOIN vacancy_progress AS p ON p.only_row
    WHERE r.run_id = :run_id
),

live AS (
    SELECT DISTINCT ON (c.community_code)
        c.community_code,
        CAST(s.value AS date) AS live_from
    FROM communities AS c
    CROSS JOIN looked_at AS d
    INNER JOIN settings AS s
        ON s.setting = 'live_from' AND coalesce(s.community_code, c.community_code) = c.community_code
    WHERE s.valid_from IS NULL OR s.valid_from <= d.day
    ORDER BY c.community_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
)

SELECT
    v.community_code,
    v.unit_code,
    v.start_date,
    v.reason,
    u.unit_use,
    CASE WHEN v.reason <> 'registered' THEN coalesce(v.end_date, d.day) - l.live_from END AS days_after_live,
    l.live_from IS NOT NULL AS is_served,
    CASE WHEN v.reason <> 'registered' THEN d.day - v.start_date END AS days_since_start,
    coalesce(v.end_date, d.day) - v.start_date AS days_vacant,
    v.reason <> 'registered' OR coalesce(
        g.state = 'accepted' AND v.start_date >= g.first_day AND v.end_date <= g.last_day, FALSE
    ) AS is_as_registered,
    v.reason = 'unsold' AND EXISTS (
        SELECT 1
        FROM occupancies AS o
        WHERE
            o.community_code = v.community_code
            AND o.unit_code = v.unit_code
            AND o.start_date <= least(v.end_date, d.day)
            AND coalesce(o.end_date >= v.start_date, TRUE)
    ) AS is_lived_in,
    (
        SELECT count(DISTINCT m.utility)
        FROM meters AS m
        WHERE m.community_code = v.community_code AND m.unit_code = v.unit_code
    ) AS utilities_metered
FROM vacancies AS v
CROSS JOIN looked_at AS d
INNER JOIN units AS u ON v.community_code = u.community_code AND v.unit_code = u.unit_code
LEFT JOIN live AS l ON v.community_code = l.community_code
LEFT JOIN vacancy_registrations AS g ON v.application_code = g.application_code
WHERE
    v.run_id IN (
        SELECT e.run_id
        FROM ungated AS e
    )
