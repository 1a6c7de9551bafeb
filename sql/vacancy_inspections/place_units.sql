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

-- Vacancy and the inspections of the month by unit in one table, so that units are joined once.
facts AS (
    SELECT
        g.community_code,
        g.unit_code,
        greatest(g.start_date, g.known_on) AS vacant_from,
        FALSE AS is_standing,
        CAST(NULL AS text) AS cancelled_code
    FROM vacancy_grounds AS g
    WHERE
        g.known_on <= CAST(:day AS date)
        AND g.start_date <= CAST(:day AS date)
        AND (g.end_date IS NULL OR g.end_date >= CAST(:day AS date))
    UNION ALL
    SELECT
        i.community_code,
        i.unit_code,
        NULL AS vacant_from,
        i.state <> 'cancelled' AS is_standing,
        CASE WHEN i.state = 'cancelled' AND i.plan = 'monthly' THEN i.inspection_code END AS cancelled_code
    FROM inspections AS i
    WHERE i.period = CAST(:period AS text) AND i.plan IN ('monthly', 'basement')
),

facts_of_units AS (
    SELECT
        f.community_code,
        f.unit_code,
        min(f.vacant_from) AS vacant_from,
        bool_or(f.is_standing) AS is_standing,
        max(f.cancelled_code) AS cancelled_code
    FROM facts AS f
    GROUP BY f.community_code, f.unit_code
),

-- The fence (OFFSET 0) has the units thinned out before their communities' settings are joined to them.
due AS (
    SELECT
        u.community_code,
        u.building_code,
        u.unit_code,
        CASE WHEN f.vacant_from IS NULL THEN 'basement' ELSE 'monthly' END AS plan,
        CASE WHEN f.vacant_from IS NOT NULL THEN f.cancelled_code END AS revived_code,
        coalesce(f.vacant_from, u.valid_from, '-infinity') AS due_from
    FROM units AS u
    LEFT JOIN facts_of_units AS f ON u.community_code = f.community_code AND u.unit_code = f.unit_code
    WHERE
        f.is_standing IS NOT TRUE
        AND (
            f.vacant_from IS NOT NULL
            OR (u.unit_use = 'basement' AND (u.valid_from IS NULL OR u.valid_from <= CAST(:day AS date)))
        )
    OFFSET 0
),

waiting AS (
    SELECT
        d.community_code,
        d.building_code,
        d.unit_code,
        d.plan,
        d.revived_code,
        v.group_code,
        v.calendar_code,
        v.per_day,
        v.per_day > 0 AND d.revived_code IS NULL AS is_dealt_out
    FROM due AS d
    INNER JOIN served AS v ON d.community_code = v.community_code
    WHERE d.due_from <= v.join_by
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
        count(*) AS slots,
        count(*) * min(s.per_day) AS seats,
        array_agg(s.staff_code ORDER BY s.slot_no) AS staff_codes,
        array_agg(s.day ORDER BY s.slot_no) AS days
    FROM inspection_slots AS s
    WHERE s.slot_no IS NOT NULL
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
    g.staff_codes[1 + n.unit_no * g.slots / least(n.units, g.seats)] AS staff_code,
    g.days[1 + n.unit_no * g.slots / least(n.units, g.seats)] AS due_on
FROM numbered AS n
LEFT JOIN room AS g
    ON n.group_code = g.group_code AND n.is_dealt_out AND n.unit_no < least(n.units, g.seats)
