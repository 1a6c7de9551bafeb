-- The inspections a run planned or changed, with what the gate asks of them. What may have changed since (who works
-- where, who is vacant) is asked of those that are to be made, not of those that are over.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: inspections, settings, communities, staff, vacancy_grounds, runs, vacancy_progress
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
    SELECT
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
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
),

written AS (
    SELECT
        i.inspection_code,
        i.plan,
        i.period,
        i.community_code,
        i.unit_code,
        i.staff_code,
        i.due_on,
        i.state,
        i.deadline,
        i.checklist,
        i.inspected_at,
        i.inspected_by,
        i.state = 'planned' AS is_to_be_made
    FROM inspections AS i
    WHERE
        i.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

loads AS (
    SELECT
        i.staff_code,
        i.due_on,
        count(*) AS units
    FROM inspections AS i
    WHERE
        i.state <> 'cancelled'
        AND i.plan IN ('monthly', 'basement')
        AND i.staff_code IS NOT NULL
        AND i.due_on >= (SELECT min(w.due_on) FROM written AS w)
        AND i.due_on <= (SELECT max(w.due_on) FROM written AS w)
    GROUP BY i.staff_code, i.due_on
),

vacant AS (
    SELECT DISTINCT
        g.community_code,
        g.unit_code
    FROM vacancy_grounds AS g
    CROSS JOIN looked_at AS d
    WHERE g.known_on <= d.day AND g.start_date <= d.day AND coalesce(g.end_date >= d.day, TRUE)
)

SELECT
    w.inspection_code,
    w.plan,
    w.state,
    CASE WHEN w.is_to_be_made THEN w.due_on - l.live_from END AS days_since_live,
    NOT w.is_to_be_made OR w.staff_code IS NOT NULL AS has_inspector,
    NOT w.is_to_be_made OR coalesce(s.community_code, w.community_code) = w.community_code AS is_in_scope,
    NOT w.is_to_be_made OR w.staff_code IS NULL OR (
        coalesce(s.hired_on <= w.due_on, TRUE) AND coalesce(s.left_on >= w.due_on, TRUE)
    ) AS is_employed,
    CASE
        WHEN w.plan IN ('monthly', 'basement', 'fit_out') THEN to_char(w.due_on, 'YYYY-MM') = w.period
        WHEN w.plan IN ('rain', 'severe_weather')
            THEN w.due_on <= CAST((w.deadline AT TIME ZONE 'Asia/Shanghai') AS date)
        ELSE TRUE
    END AS is_in_period,
    NOT (w.is_to_be_made AND w.plan IN ('monthly', 'rain', 'severe_weather') AND u.unit_use <> 'basement')
    OR v.unit_code IS NOT NULL AS is_vacant,
    w.state NOT IN ('done', 'not_entered') OR (
        w.inspected_by IS NOT NULL AND coalesce(w.inspected_at <= d.at, FALSE)
    ) AS has_visit,
    CASE WHEN w.is_to_be_made AND w.plan IN ('monthly', 'basement') THEN o.units END AS units_that_day,
    CASE WHEN w.is_to_be_made THEN cardinality(string_to_array(w.checklist, ',')) END AS points
FROM written AS w
CROSS JOIN looked_at AS d
INNER JOIN units AS u ON w.community_code = u.community_code AND w.unit_code = u.unit_code
LEFT JOIN live AS l ON w.community_code = l.community_code
LEFT JOIN staff AS s ON w.staff_code = s.staff_code
LEFT JOIN loads AS o ON w.staff_code = o.staff_code AND w.due_on = o.due_on
LEFT JOIN vacant AS v ON w.community_code = v.community_code AND w.unit_code = v.unit_code
