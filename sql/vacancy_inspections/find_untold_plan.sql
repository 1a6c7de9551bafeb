-- The plan of a month where the managers have not seen it yet: one row per community, inspector and day.
--
-- Reads: inspections, inspection_progress, inspected_communities (temporary), communities, staff
-- Writes: nothing
-- Rerun: no rows once it is marked
--
-- Params:
--   period (text): month, YYYY-MM
SELECT
    i.community_code,
    c.community_name,
    i.staff_code,
    s.staff_name,
    i.due_on,
    count(*) FILTER (WHERE i.plan = 'monthly') AS units,
    count(*) FILTER (WHERE i.plan = 'basement') AS basements
FROM inspected_communities AS g
INNER JOIN inspection_progress AS p ON g.community_code = p.community_code
INNER JOIN communities AS c ON g.community_code = c.community_code
INNER JOIN inspections AS i ON g.community_code = i.community_code
LEFT JOIN staff AS s ON i.staff_code = s.staff_code
WHERE
    coalesce(p.plan_told_for < :period, TRUE)
    AND i.period = :period
    AND i.plan IN ('monthly', 'basement')
    AND i.state <> 'cancelled'
GROUP BY i.community_code, c.community_name, i.staff_code, s.staff_name, i.due_on
ORDER BY i.community_code ASC, i.staff_code ASC NULLS LAST, i.due_on ASC
