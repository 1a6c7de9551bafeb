-- What happened in one case, in order.
-- Reads: case_events, staff
-- Writes: nothing (one row per event)
-- Rerun: reads only
-- Params:
--   case_code (text): the case
SELECT
    e.event_at AS event_at,
    e.event AS event,
    e.staff_code AS staff_code,
    s.staff_name AS staff_name,
    e.note AS note
FROM case_events AS e
LEFT JOIN staff AS s ON e.staff_code = s.staff_code
WHERE e.case_code = :case_code
ORDER BY e.event_at ASC, e.event ASC
