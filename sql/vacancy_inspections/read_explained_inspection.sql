-- An inspection as its explanation begins: what, where, for whom and why planned, and what became of it.
--
-- Reads: inspections, communities, staff, weather_events, runs
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   inspection_code (text): the inspection
SELECT
    i.inspection_code,
    i.plan,
    i.period,
    i.community_code,
    c.community_name,
    i.unit_code,
    i.building_code,
    i.planned_on,
    i.due_on,
    i.state,
    i.checklist,
    i.stages,
    i.checks_code,
    i.deadline,
    i.inspected_at,
    i.inspected_by,
    i.cancelled_reason,
    i.missed_at,
    i.finding_case_code,
    i.staff_code,
    s.staff_name,
    w.event,
    r.run_code
FROM inspections AS i
INNER JOIN communities AS c ON i.community_code = c.community_code
LEFT JOIN staff AS s ON i.staff_code = s.staff_code
LEFT JOIN weather_events AS w ON i.period = w.event_code
LEFT JOIN runs AS r ON i.run_id = r.run_id
WHERE i.inspection_code = :inspection_code
