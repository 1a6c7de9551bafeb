-- INS-04: weather events the managers have not been told of: what is planned, by community and inspector.
--
-- Reads: weather_events, inspections, inspected_communities (temporary), communities, staff
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    e.event_code,
    e.plan,
    e.event,
    e.deadline,
    i.community_code,
    c.community_name,
    i.staff_code,
    s.staff_name,
    min(i.due_on) AS first_day,
    max(i.due_on) AS last_day,
    count(*) AS units
FROM weather_events AS e
INNER JOIN inspections AS i ON e.event_code = i.period AND e.plan = i.plan
INNER JOIN inspected_communities AS g ON i.community_code = g.community_code
INNER JOIN communities AS c ON i.community_code = c.community_code
LEFT JOIN staff AS s ON i.staff_code = s.staff_code
WHERE e.told_at IS NULL AND i.community_code = any(string_to_array(e.areas, ',')) AND i.state <> 'cancelled'
GROUP BY e.event_code, i.community_code, c.community_name, i.staff_code, s.staff_name
ORDER BY e.deadline ASC, e.event_code ASC, i.community_code ASC, i.staff_code ASC NULLS LAST
