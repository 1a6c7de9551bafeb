-- Who has a worklist on a day: how many units, how many of them are seen, and whether the list was mailed.
-- Reads: inspection_lists, inspections, staff, communities
-- Writes: nothing (one row per person with a list)
-- Rerun: reads only
-- Params:
--   day (date): day of the lists
--   community_code (text): only people with a unit of this community on their list; null: all
SELECT
    l.staff_code AS staff_code,
    s.staff_name AS staff_name,
    count(*) AS units,
    count(*) FILTER (WHERE i.state = 'done') AS entered,
    count(*) FILTER (WHERE i.state = 'not_entered') AS not_entered,
    count(*) FILTER (WHERE i.state = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE l.is_carried_over) AS carried_over,
    count(*) FILTER (WHERE i.plan IN ('rain', 'severe_weather')) AS weather,
    string_agg(DISTINCT c.community_name, '、') AS communities,
    max(l.told_at) AS told_at
FROM inspection_lists AS l
INNER JOIN inspections AS i ON l.inspection_code = i.inspection_code
INNER JOIN communities AS c ON i.community_code = c.community_code
INNER JOIN staff AS s ON l.staff_code = s.staff_code
WHERE l.work_date = :day
GROUP BY l.staff_code, s.staff_name
HAVING CAST(:community_code AS text) IS NULL OR bool_or(i.community_code = :community_code)
ORDER BY l.staff_code ASC
