-- Whose lists a callback stood on, day by day.
-- Reads: callback_lists, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_code (text): the callback
SELECT
    l.work_date AS work_date,
    l.staff_code AS staff_code,
    s.staff_name AS staff_name,
    l.position AS position,
    l.tries AS tries,
    l.call_at AS call_at,
    l.is_carried_over AS is_carried_over,
    l.why_agent AS why_agent,
    l.withdrawn_at AS withdrawn_at,
    l.told_at AS told_at
FROM callback_lists AS l
INNER JOIN staff AS s ON l.staff_code = s.staff_code
WHERE l.callback_code = :callback_code
ORDER BY l.work_date ASC, l.edition ASC, l.staff_code ASC
