-- INS-02: inspections that were not made in time and nobody was told of yet. A fit-out visit is missed on any day; such
-- misses wait for the mail at the end of their month, so that nobody gets a mail each morning.
--
-- Reads: inspections, inspected_communities (temporary), communities, buildings, units, staff, weather_events
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   month_start (date): first day of the month of as_of, in Asia/Shanghai
SELECT
    i.inspection_code,
    i.plan,
    i.period,
    i.community_code,
    c.community_name,
    coalesce(b.building_name, i.building_code) AS building_name,
    i.unit_code,
    u.unit_use,
    i.due_on,
    i.staff_code,
    s.staff_name,
    e.event
FROM inspections AS i
INNER JOIN inspected_communities AS g ON i.community_code = g.community_code
INNER JOIN communities AS c ON i.community_code = c.community_code
INNER JOIN units AS u ON i.community_code = u.community_code AND i.unit_code = u.unit_code
LEFT JOIN buildings AS b ON i.community_code = b.community_code AND i.building_code = b.building_code
LEFT JOIN staff AS s ON i.staff_code = s.staff_code
LEFT JOIN weather_events AS e ON i.period = e.event_code AND i.plan IN ('rain', 'severe_weather')
WHERE
    i.state = 'missed'
    AND i.missed_told_at IS NULL
    AND (i.plan <> 'fit_out' OR i.due_on < CAST(:month_start AS date))
ORDER BY i.period, i.community_code, i.building_code, i.unit_code, i.plan
