-- The centre head looks again at some of the inspections of the month before: of each inspector as many as are needed,
-- drawn by the seed and the inspections' codes, so that the same month always draws the same sample (INS-06). A unit that
-- two inspectors have seen is drawn for one of them; only where the other has too few units left, for him too.
--
-- Reads: inspections, weather_events, staff, planned_communities, inspection_work_days, spot_check_needs (temporary)
-- Writes: inspections, one row per unit checked again; per unit and inspector where units are drawn again
-- Rerun: no unit is drawn twice for an inspector and month
--
-- Params:
--   run_id (bigint): run that does it
--   day (date): day that is planned
--   month_end (date): last day of its month, inclusive
--   checked_from (date): first day of the month checked
--   checked_period (text): the month checked, YYYY-MM
--   seed (text): word the draw starts from
--   is_unit_again (bool): units that were drawn for another inspector, or units not drawn yet
INSERT INTO inspections (
    inspection_code, plan, period, community_code, unit_code, staff_code, due_on, state, occasion, building_code,
    planned_on, checklist, checks_code, run_id
)
WITH drawing AS (
    SELECT
        c.community_code,
        c.calendar_code,
        c.rain_months,
        c.ventilation_months,
        (
            SELECT min(s.staff_code)
            FROM staff AS s
            WHERE
                s.role = c.head_role
                AND s.community_code = c.community_code
                AND coalesce(s.hired_on <= CAST(:day AS date), TRUE)
                AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
        ) AS own_head,
        (
            SELECT min(s.staff_code)
            FROM staff AS s
            WHERE
                s.role = c.head_role
                AND s.community_code IS NULL
                AND coalesce(s.hired_on <= CAST(:day AS date), TRUE)
                AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
        ) AS company_head
    FROM planned_communities AS c
    WHERE
        c.plan_from <= CAST(:day AS date)
        AND date_trunc('month', c.live_from) <= CAST(:checked_from AS date)
),

periods AS (
    SELECT CAST(:checked_period AS text) AS period
    UNION ALL
    SELECT e.event_code AS period
    FROM weather_events AS e
    WHERE
        e.deadline >= CAST(:checked_from AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND e.started_at < (CAST(:checked_from AS timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
),

visited AS (
    SELECT
        i.inspection_code,
        i.community_code,
        i.building_code,
        i.unit_code,
        i.inspected_by,
        CASE WHEN CAST(:is_unit_again AS boolean) THEN i.inspected_by ELSE '' END AS occasion,
        m.needed,
        md5(CAST(:seed AS text) || ':' || i.inspection_code) AS lot
    FROM inspections AS i
    INNER JOIN drawing AS d ON i.community_code = d.community_code
    INNER JOIN spot_check_needs AS m ON i.inspected_by = m.inspected_by
    WHERE
        i.period IN (SELECT p.period FROM periods AS p)
        AND i.plan IN ('monthly', 'basement', 'rain', 'severe_weather')
        AND i.inspected_at >= CAST(:checked_from AS timestamp) AT TIME ZONE 'Asia/Shanghai'
        AND i.inspected_at < (CAST(:checked_from AS timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai'
        AND NOT EXISTS (
            SELECT 1
            FROM inspections AS k
            INNER JOIN inspections AS x ON k.checks_code = x.inspection_code
            WHERE
                k.plan = 'spot_check'
                AND k.period = CAST(:checked_period AS text)
                AND k.community_code = i.community_code
                AND k.unit_code = i.unit_code
                AND (x.inspected_by = i.inspected_by OR NOT CAST(:is_unit_again AS boolean))
        )
),

-- A unit that two inspectors have seen in the month is checked for the one its lot falls to.
units_visited AS (
    SELECT DISTINCT ON (v.community_code, v.unit_code, v.occasion)
        v.inspection_code,
        v.community_code,
        v.building_code,
        v.unit_code,
        v.inspected_by,
        v.occasion,
        v.needed,
        v.lot
    FROM visited AS v
    ORDER BY v.community_code, v.unit_code, v.occasion, v.lot
),

ranked AS (
    SELECT
        u.inspection_code,
        u.community_code,
        u.building_code,
        u.unit_code,
        u.inspected_by,
        u.occasion,
        u.needed,
        row_number() OVER (PARTITION BY u.inspected_by ORDER BY u.lot, u.inspection_code) AS lot_no
    FROM units_visited AS u
),

drawn AS (
    SELECT
        r.inspection_code,
        r.community_code,
        r.building_code,
        r.unit_code,
        r.occasion,
        row_number() OVER (
            PARTITION BY r.community_code
            ORDER BY r.building_code, r.unit_code, r.inspection_code
        ) - 1 AS unit_no,
        count(*) OVER (PARTITION BY r.community_code) AS units
    FROM ranked AS r
    WHERE r.lot_no <= r.needed
),

days_left AS (
    SELECT
        w.calendar_code,
        array_agg(w.day ORDER BY w.day) AS days
    FROM inspection_work_days AS w
    WHERE w.day BETWEEN CAST(:day AS date) AND CAST(:month_end AS date)
    GROUP BY w.calendar_code
)

SELECT
    'S' || CASE
        WHEN CAST(:is_unit_again AS boolean) THEN n.inspection_code
        ELSE
            to_char(CAST(:checked_from AS date), 'YYMM') || '-'
            || replace(replace(replace(n.community_code, '=', '=='), '~', '=~'), '-', '~') || '-' || n.unit_code
    END AS inspection_code,
    'spot_check' AS plan,
    CAST(:checked_period AS text) AS period,
    n.community_code,
    n.unit_code,
    coalesce(d.own_head, d.company_head) AS staff_code,
    coalesce(l.days[1 + n.unit_no * cardinality(l.days) / n.units], CAST(:month_end AS date)) AS due_on,
    'planned' AS state,
    n.occasion,
    n.building_code,
    CAST(:day AS date) AS planned_on,
    concat_ws(
        ',',
        'doors,valves,meters,installations,hygiene,structure',
        CASE WHEN extract(MONTH FROM CAST(:day AS date)) = any(d.rain_months) THEN 'rain' END,
        CASE WHEN extract(MONTH FROM CAST(:day AS date)) = any(d.ventilation_months) THEN 'ventilation' END,
        'spot_check'
    ) AS checklist,
    n.inspection_code AS checks_code,
    :run_id AS run_id
FROM drawn AS n
INNER JOIN drawing AS d ON n.community_code = d.community_code
LEFT JOIN days_left AS l ON d.calendar_code = l.calendar_code
