-- Who can walk on which working days that are left of the month: a community's own inspectors there, and the company's
-- (empty code), who serve all communities without any as one district.
--
-- Reads: inspection_walks, planned_communities, inspection_work_days (temporary), inspections
-- Writes: inspection_slots (temporary), one row per inspector and day
-- Rerun: after it was cleared
--
-- Params:
--   day (date): first day asked for, inclusive: the day that is planned
--   period (text): that month, YYYY-MM
INSERT INTO inspection_slots (group_code, staff_code, day, per_day, taken, slot_no)
WITH served AS (
    SELECT
        c.community_code,
        c.calendar_code,
        c.per_day
    FROM planned_communities AS c
    WHERE c.plan_from <= CAST(:day AS date)
),

own_slots AS (
    SELECT
        k.group_code,
        k.staff_code,
        k.day,
        v.per_day
    FROM inspection_walks AS k
    INNER JOIN served AS v ON k.group_code = v.community_code
    INNER JOIN inspection_work_days AS w ON v.calendar_code = w.calendar_code AND k.day = w.day
),

-- The communities the company's inspectors serve: all that have nobody of their own; if none, they only help out.
district AS (
    SELECT
        v.calendar_code,
        v.per_day
    FROM served AS v
    WHERE v.community_code NOT IN (SELECT o.group_code FROM own_slots AS o)
),

helped AS (
    SELECT
        d.calendar_code,
        d.per_day
    FROM district AS d
    UNION ALL
    SELECT
        v.calendar_code,
        v.per_day
    FROM served AS v
    WHERE NOT EXISTS (SELECT 1 FROM district)
),

company_days AS (
    SELECT
        w.day,
        count(*) = (SELECT count(DISTINCT h.calendar_code) FROM helped AS h) AS is_common
    FROM inspection_work_days AS w
    WHERE w.calendar_code IN (SELECT h.calendar_code FROM helped AS h)
    GROUP BY w.day
),

all_slots AS (
    SELECT
        o.group_code,
        o.staff_code,
        o.day,
        o.per_day,
        TRUE AS is_common
    FROM own_slots AS o
    UNION ALL
    SELECT
        k.group_code,
        k.staff_code,
        k.day,
        (SELECT coalesce(min(h.per_day) FILTER (WHERE h.per_day > 0), 0) FROM helped AS h) AS per_day,
        w.is_common
    FROM inspection_walks AS k
    INNER JOIN company_days AS w ON k.day = w.day
    WHERE k.group_code = ''
),

loads AS (
    SELECT
        i.staff_code,
        i.due_on,
        count(*) AS taken
    FROM inspections AS i
    WHERE
        i.period = CAST(:period AS text)
        AND i.plan IN ('monthly', 'basement')
        AND i.state IN ('planned', 'not_entered', 'done')
        AND i.due_on >= CAST(:day AS date)
    GROUP BY i.staff_code, i.due_on
)

SELECT
    a.group_code,
    a.staff_code,
    a.day,
    a.per_day,
    CAST(coalesce(l.taken, 0) AS integer) AS taken,
    CASE
        WHEN a.is_common
            THEN row_number() OVER (PARTITION BY a.group_code, a.is_common ORDER BY a.staff_code, a.day) - 1
    END AS slot_no
FROM all_slots AS a
LEFT JOIN loads AS l ON a.staff_code = l.staff_code AND a.day = l.due_on
