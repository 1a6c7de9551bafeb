-- INS-02: units of a month at whose door somebody was, but that nobody entered in the whole month.
--
-- Reads: inspections, communities, buildings, units, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   periods (text[]): months, YYYY-MM, all over
--   community_codes (text[]): communities
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
    CAST(NULL AS text) AS event
FROM inspections AS i
INNER JOIN communities AS c ON i.community_code = c.community_code
INNER JOIN units AS u ON i.community_code = u.community_code AND i.unit_code = u.unit_code
LEFT JOIN buildings AS b ON i.community_code = b.community_code AND i.building_code = b.building_code
LEFT JOIN staff AS s ON i.staff_code = s.staff_code
WHERE
    i.state = 'not_entered'
    AND i.plan IN ('monthly', 'basement')
    AND i.period = any(CAST(:periods AS text[]))
    AND i.community_code = any(CAST(:community_codes AS text[]))
ORDER BY i.period, i.community_code, i.building_code, i.unit_code, i.plan
