-- Which reviewers were to be at work in a stretch of days and are absent or on leave on one of them.
--
-- Reads: roster, staff
-- Writes: nothing
-- Rerun: the same rows for the same roster
--
-- Params:
--   first_day (date): first day asked for, inclusive, in Asia/Shanghai
--   last_day (date): last day asked for, inclusive
SELECT DISTINCT r.staff_code
FROM roster AS r
INNER JOIN staff AS s ON r.staff_code = s.staff_code
WHERE
    s.role = 'reviewer'
    AND r.shift_date BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
    AND r.attendance IN ('absent', 'leave')
ORDER BY r.staff_code
