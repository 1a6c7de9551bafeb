-- A unit's inspections and the visits made for them; the newest first.
-- Reads: inspections, inspection_visits, inspection_results, staff, weather_events
-- Writes: nothing (one row per inspection and visit, one without a visit where there was none)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
SELECT
    i.inspection_code AS inspection_code,
    i.plan AS plan,
    i.period AS period,
    w.event AS event,
    i.due_on AS due_on,
    i.state AS state,
    p.staff_name AS planned_for,
    v.inspected_at AS inspected_at,
    v.verdict AS verdict,
    v.case_code AS case_code,
    s.staff_name AS inspected_by,
    r.entered AS entered,
    r.valves_off AS valves_off,
    r.water_reading AS water_reading,
    r.electricity_reading AS electricity_reading,
    r.finding AS finding
FROM inspections AS i
LEFT JOIN weather_events AS w ON i.period = w.event_code
LEFT JOIN staff AS p ON i.staff_code = p.staff_code
LEFT JOIN inspection_visits AS v ON i.inspection_code = v.inspection_code
LEFT JOIN inspection_results AS r ON v.inspection_code = r.inspection_code AND v.inspected_at = r.inspected_at
LEFT JOIN staff AS s ON r.staff_code = s.staff_code
WHERE i.community_code = :community_code AND i.unit_code = :unit_code
ORDER BY i.due_on DESC, i.inspection_code DESC, v.inspected_at DESC NULLS LAST
LIMIT CAST(:page_size AS integer)
