-- INS-05: what inspections found amiss and nobody was told of yet.
--
-- Reads: inspection_visits, inspection_results, inspections, inspected_communities (temporary), communities, units,
--        buildings, staff, cases
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    v.inspection_code,
    v.inspected_at,
    v.verdict,
    v.case_code,
    k.urgency,
    i.plan,
    i.community_code,
    c.community_name,
    coalesce(b.building_name, i.building_code) AS building_name,
    i.unit_code,
    u.unit_use,
    r.valves_off,
    r.installations_ok,
    r.hygiene_ok,
    r.structure_ok,
    r.finding,
    r.staff_code,
    s.staff_name
FROM inspection_visits AS v
INNER JOIN inspection_results AS r ON v.inspection_code = r.inspection_code AND v.inspected_at = r.inspected_at
INNER JOIN inspections AS i ON v.inspection_code = i.inspection_code
INNER JOIN inspected_communities AS g ON i.community_code = g.community_code
INNER JOIN communities AS c ON i.community_code = c.community_code
INNER JOIN units AS u ON i.community_code = u.community_code AND i.unit_code = u.unit_code
LEFT JOIN buildings AS b ON i.community_code = b.community_code AND i.building_code = b.building_code
INNER JOIN staff AS s ON r.staff_code = s.staff_code
INNER JOIN cases AS k ON v.case_code = k.case_code
WHERE v.case_code IS NOT NULL AND v.told_at IS NULL
ORDER BY k.urgency = 'ordinary', v.inspected_at, v.inspection_code
