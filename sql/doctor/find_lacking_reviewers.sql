-- Reviewers employed on a day who lack a team (so that nobody knows whose work is their own team's) or a mail address.
--
-- Reads: staff
-- Writes: nothing
-- Rerun: the same rows for the same register
--
-- Params:
--   on_day (date): day in Asia/Shanghai, inclusive
SELECT
    p.staff_code,
    p.team_code IS NULL AS has_no_team,
    p.email IS NULL AS has_no_address
FROM staff AS p
WHERE
    p.role = 'reviewer'
    AND (p.team_code IS NULL OR p.email IS NULL)
    AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
    AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
ORDER BY p.staff_code
