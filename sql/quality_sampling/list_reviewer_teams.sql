-- Departments of some people and the teams each has been in, for who may score what.
--
-- Reads: staff, staff_teams (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   staff_codes (text[]): the people
SELECT
    s.staff_code,
    s.department,
    t.team_code,
    t.first_day,
    t.last_day
FROM staff AS s
LEFT JOIN staff_teams AS t ON s.staff_code = t.staff_code
WHERE s.staff_code = any(CAST(:staff_codes AS text[]))
ORDER BY s.staff_code, t.first_day
