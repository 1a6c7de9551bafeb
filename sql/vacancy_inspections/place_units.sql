-- The units that still need their inspection of the month, and the place most of them get: vacant units that were
-- vacant by the day of the month up to which one joins (or when the month's plan was made), and all basements.
-- Of a group that has nothing planned yet on the days left, the units in walking order (community, building, unit) are
-- dealt out over its slots in walking order (inspector, day): as even as it goes, at most one apart, and near together.
-- 10 units over 4 slots: 3, 2, 3, 2. What goes beyond the capacity, and all that joins later, is left without a place.
--
-- Reads: vacancy_grounds, units, inspections, planned_communities, inspection_slots (temporary)
-- Writes: inspection_placements (temporary), one row per unit without an inspection of the month
-- Rerun: after it was cleared
--
-- Params:
--   day (date): day that is planned
--   month_start (date): first day of its month
--   period (text): that month, YYYY-MM
INSERT INTO inspection_placements (
    community_code, building_code, unit_code, plan, revived_code, group_code, calendar_code, per_day, staff_code, due_on
)
WITH served AS (
    SELECT
        c.community_code,
        c.calendar_code,
        c.per_day,
        greatest(CAST(:month_start AS date) + c.join_by_day - 1, CAST(:month_start AS date), c.live_from) AS join_by,
        CASE
            WHEN c.community_code IN (SELECT s.group_code FROM inspection_slots AS s) THEN c.community_code
            ELSE ''
        END AS group_code
    FROM planned_communities AS c
    WHERE c.plan_from <= CAST(:day AS date)
),

due AS (
    SELECT
        g.community_code,
        g.unit_code,
        'monthly' AS plan,
        min(greatest(g.start_date, g.known_on)) AS due_from
    FROM vacancy_grounds AS g
    WHERE
        g.known_on <= CAST(:day AS date)
        AND g.start_date <= CAST(:day AS date)
        AND coalesce(g.end_date >= CAST(:day AS date), TRUE)
    GROUP BY g.community_code, g.unit_code
    UNION ALL
    SELECT
        u.community_code,
        u.unit_code,
        'basement' AS plan,
        u.valid_from AS due_from
    FROM units AS u
    WHERE u.unit_use = 'basement' AND coalesce(u.valid_from <= CAST(:day AS date), TRUE)
),

standing AS (
    SELECT
        i.community_code,
        i.unit_code,
        i.plan,
        i.inspection_code,
        i.state
    FROM inspections AS i
    WHERE i.period = CAST(:period AS text) AND i.plan IN ('monthly', 'basement')
),

waiting AS (
    SELECT
        d.community_code,
        u.building_code,
        d.unit_code,
        d.plan,
        k.inspection_code AS revived_code,
        v.group_code,
        v.calendar_code,
        v.per_day,
        k.inspection_code IS NULL AND v.per_day > 0 AS is_dealt_out
    FROM due AS d
    INNER JOIN served AS v ON d.community_code = v.community_code
    INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
    LEFT JOIN standing AS k
        ON d.community_code = k.community_code AND d.unit_code = k.unit_code AND d.plan = k.plan
    WHERE
        coalesce(d.due_from <= v.join_by, TRUE)
        AND coalesce(k.state = 'cancelled', TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM standing AS o
            WHERE o.community_code = d.community_code AND o.unit_code = d.unit_code AND o.state <> 'cancelled'
        )
),

numbered AS (
    SELECT
        w.community_code,
        w.building_code,
        w.unit_code,
        w.plan,
        w.revived_code,
        w.group_code,
        w.calendar_code,
        w.per_day,
        w.is_dealt_out,
        row_number() OVER (
            PARTITION BY w.group_code, w.is_dealt_out
            ORDER BY w.community_code, w.building_code, w.unit_code
        ) - 1 AS unit_no,
        count(*) OVER (PARTITION BY w.group_code, w.is_dealt_out) AS units
    FROM waiting AS w
),

room AS (
    SELECT
        s.group_code,
        count(s.slot_no) AS slots,
        count(s.slot_no) * min(s.per_day) AS seats
    FROM inspection_slots AS s
    GROUP BY s.group_code
    HAVING sum(s.taken) = 0
)

SELECT
    n.community_code,
    n.building_code,
    n.unit_code,
    n.plan,
    n.revived_code,
    n.group_code,
    n.calendar_code,
    n.per_day,
    s.staff_code,
    s.day AS due_on
FROM numbered AS n
LEFT JOIN room AS g
    ON n.group_code = g.group_code AND n.is_dealt_out AND n.unit_no < least(n.units, g.seats)
LEFT JOIN inspection_slots AS s
    ON g.group_code = s.group_code AND n.unit_no * g.slots / least(n.units, g.seats) = s.slot_no
