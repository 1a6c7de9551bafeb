-- One case with its place and the people it concerns.
-- Reads: cases, communities, staff
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   case_code (text): the case
SELECT
    c.case_code AS case_code,
    c.community_code AS community_code,
    m.community_name AS community_name,
    c.unit_code AS unit_code,
    c.kind AS kind,
    c.area AS area,
    c.urgency AS urgency,
    c.fault_level AS fault_level,
    c.channel AS channel,
    c.department AS department,
    c.handler AS handler,
    s.staff_name AS handler_name,
    c.description AS description,
    c.opened_at AS opened_at,
    c.booked_at AS booked_at
FROM cases AS c
INNER JOIN communities AS m ON c.community_code = m.community_code
LEFT JOIN staff AS s ON c.handler = s.staff_code
WHERE c.case_code = :case_code
