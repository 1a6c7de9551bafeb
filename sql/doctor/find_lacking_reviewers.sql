-- Reviewers employed on a day who lack a mail address, or a team although their department has teams (so that nobody
-- knows whose work is their own team's); in a department of reviewers alone no team is missed.
--
-- Reads: staff
-- Writes: nothing
-- Rerun: the same rows for the same register
--
-- Params:
--   on_day (date): day in Asia/Shanghai, inclusive
WITH found AS (
    SELECT
        p.staff_code,
        p.team_code IS NULL
        AND (
            p.department IS NULL
            OR EXISTS (
                SELECT 1
                FROM staff AS c
                WHERE
                    c.department = p.department
                    AND c.role <> 'reviewer'
                    AND c.team_code IS NOT NULL
                    AND (c.left_on IS NULL OR c.left_on >= CAST(:on_day AS date))
            )
        ) AS has_no_team,
        p.email IS NULL AS has_no_address
    FROM staff AS p
    WHERE
        p.role = 'reviewer'
        AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
        AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
)

SELECT
    f.staff_code,
    f.has_no_team,
    f.has_no_address
FROM found AS f
WHERE f.has_no_team OR f.has_no_address
ORDER BY f.staff_code
