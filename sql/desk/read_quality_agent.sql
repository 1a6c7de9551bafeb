-- Somebody whose work is checked, with what decides who may see it.
-- Reads: staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   staff_code (text): who
SELECT
    s.staff_code AS staff_code,
    s.staff_name AS staff_name,
    s.team_code AS team_code,
    s.community_code AS community_code,
    s.department AS department,
    s.hired_on AS hired_on,
    s.left_on AS left_on
FROM staff AS s
WHERE s.staff_code = CAST(:staff_code AS text)
