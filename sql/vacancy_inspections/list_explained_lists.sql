-- The worklists an inspection stood on, by day.
--
-- Reads: inspection_lists, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   inspection_code (text): the inspection
--   day (date): lists of later days are left out
SELECT
    l.work_date,
    l.staff_code,
    s.staff_name,
    l.position,
    l.is_carried_over
FROM inspection_lists AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
WHERE l.inspection_code = :inspection_code AND l.work_date <= :day
ORDER BY l.work_date, l.staff_code
