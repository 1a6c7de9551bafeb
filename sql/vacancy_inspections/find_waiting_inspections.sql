-- Inspections of the month that nobody would make: planned without an inspector, or for one who is not there any more on
-- the day planned (has left, is absent, is off the roster), or for a day that has become a day off. They take part in
-- the day's planning like units that join.
--
-- Reads: inspections, planned_communities, inspection_slots, inspection_walks, inspection_work_days (temporary)
-- Writes: inspection_placements (temporary), one row per inspection
-- Rerun: after it was cleared
--
-- Params:
--   day (date): day that is planned
--   period (text): its month, YYYY-MM
INSERT INTO inspection_placements (
    community_code, building_code, unit_code, plan, waiting_code, waiting_due_on, had_nobody, group_code, calendar_code,
    per_day
)
WITH served AS (
    SELECT
        c.community_code,
        c.calendar_code,
        c.per_day,
        CASE
            WHEN c.community_code IN (SELECT s.group_code FROM inspection_slots AS s) THEN c.community_code
            ELSE ''
        END AS group_code
    FROM planned_communities AS c
    WHERE c.plan_from <= CAST(:day AS date)
)

SELECT
    i.community_code,
    i.building_code,
    i.unit_code,
    i.plan,
    i.inspection_code AS waiting_code,
    i.due_on AS waiting_due_on,
    i.staff_code IS NULL AS had_nobody,
    v.group_code,
    v.calendar_code,
    v.per_day
FROM inspections AS i
INNER JOIN served AS v ON i.community_code = v.community_code
LEFT JOIN inspection_walks AS k
    ON i.staff_code = k.staff_code AND i.due_on = k.day AND k.group_code IN (i.community_code, '')
LEFT JOIN inspection_work_days AS w ON v.calendar_code = w.calendar_code AND i.due_on = w.day
WHERE
    i.period = CAST(:period AS text)
    AND i.plan IN ('monthly', 'basement')
    AND i.state = 'planned'
    AND (
        i.staff_code IS NULL
        OR (i.due_on >= CAST(:day AS date) AND (k.staff_code IS NULL OR w.day IS NULL))
    )
