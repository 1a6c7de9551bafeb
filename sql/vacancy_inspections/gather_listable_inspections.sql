-- What may stand on a worklist of a day and stands on none of that day yet, in the order in which room is given to it.
--
-- Monthly inspections and basements of this month, fit-out visits of the day, weather inspections until their
-- deadline; all that were due by the day. One that was visited that day already is tried again from the next day on.
-- Spot checks are listed once when drawn, and again after each visit that found nobody; they go to whom they were drawn
-- for.
-- The walk sorts numbers in codes as numbers: building 2 before building 10.
--
-- Reads: inspections, inspection_lists, inspection_visits, staff, inspected_communities
-- Writes: listable_inspections (temporary), one row per inspection
-- Rerun: once per transaction
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
CREATE TEMPORARY TABLE listable_inspections ON COMMIT DROP AS
WITH working AS (
    SELECT w.calendar_code
    FROM working_days_between(CAST(:day AS date), CAST(:day AS date)) AS w
),

served AS (
    SELECT
        c.community_code,
        c.per_day,
        exists(
            SELECT 1 FROM working AS w
            WHERE w.calendar_code = c.calendar_code
        ) AS is_working_day
    FROM inspected_communities AS c
    WHERE c.live_from <= CAST(:day AS date)
),

due AS (
    SELECT
        i.inspection_code,
        i.community_code,
        i.building_code,
        i.unit_code,
        i.plan,
        i.staff_code AS planned_staff_code,
        CAST(NULL AS text) AS staff_code,
        i.due_on,
        i.deadline,
        i.state,
        s.per_day,
        s.is_working_day
    FROM served AS s
    INNER JOIN inspections AS i ON s.community_code = i.community_code
    WHERE
        i.state IN ('planned', 'not_entered')
        AND i.due_on <= CAST(:day AS date)
        AND (
            (i.plan IN ('monthly', 'basement') AND i.period = to_char(CAST(:day AS date), 'YYYY-MM'))
            OR (i.plan = 'fit_out' AND i.state = 'planned' AND i.due_on = CAST(:day AS date))
            OR (
                i.plan IN ('severe_weather', 'rain')
                AND CAST(i.deadline AT TIME ZONE 'Asia/Shanghai' AS date) >= CAST(:day AS date)
            )
        )

    UNION ALL

    SELECT
        i.inspection_code,
        i.community_code,
        i.building_code,
        i.unit_code,
        i.plan,
        i.staff_code AS planned_staff_code,
        i.staff_code,
        i.due_on,
        i.deadline,
        i.state,
        s.per_day,
        s.is_working_day
    FROM served AS s
    INNER JOIN inspections AS i ON s.community_code = i.community_code
    INNER JOIN staff AS h ON i.staff_code = h.staff_code
    WHERE
        i.plan = 'spot_check'
        AND i.state IN ('planned', 'not_entered')
        AND i.planned_on <= CAST(:day AS date)
        AND coalesce(h.hired_on <= CAST(:day AS date), TRUE)
        AND coalesce(h.left_on >= CAST(:day AS date), TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM inspection_lists AS l
            WHERE
                l.inspection_code = i.inspection_code
                AND l.work_date BETWEEN i.planned_on AND CAST(:day AS date)
                AND l.work_date > coalesce(
                    (
                        SELECT CAST(max(v.inspected_at) AT TIME ZONE 'Asia/Shanghai' AS date)
                        FROM inspection_visits AS v
                        WHERE v.inspection_code = i.inspection_code
                    ),
                    i.planned_on - 1
                )
        )
),

sortable AS (
    SELECT
        d.inspection_code,
        d.community_code,
        d.plan,
        d.planned_staff_code,
        d.staff_code,
        d.deadline,
        d.due_on,
        d.state,
        d.per_day,
        d.is_working_day,
        d.plan IN ('severe_weather', 'rain') AS is_weather,
        regexp_replace(
            regexp_replace(
                concat_ws(' ', d.community_code, d.building_code, d.unit_code),
                '(\d+)', repeat('0', 20) || '\1', 'g'
            ),
            '\d*(\d{20})', '\1', 'g'
        ) AS walk
    FROM due AS d
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM inspection_lists AS l
            WHERE l.work_date = CAST(:day AS date) AND l.inspection_code = d.inspection_code
        )
        AND NOT EXISTS (
            SELECT 1
            FROM inspection_visits AS v
            WHERE
                v.inspection_code = d.inspection_code
                AND v.inspected_at >= CAST(:day AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        )
)

SELECT
    s.inspection_code,
    s.community_code,
    s.plan,
    s.planned_staff_code,
    s.staff_code,
    s.due_on,
    s.per_day,
    s.is_working_day,
    s.is_weather,
    s.due_on < CAST(:day AS date) OR s.state = 'not_entered' AS is_carried_over,
    s.walk,
    row_number() OVER (
        ORDER BY
            CASE
                WHEN s.is_weather THEN 1
                WHEN s.plan = 'fit_out' THEN 2
                WHEN s.due_on = CAST(:day AS date) THEN 3
                ELSE 4
            END,
            s.deadline, s.due_on, s.walk, s.inspection_code
    ) AS place
FROM sortable AS s
