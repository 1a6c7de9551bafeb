-- Who an Airflow user is by the register, while employed.
-- Reads: staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   login (text): name of the Airflow user
--   day (date): day looked at, inclusive
SELECT
    s.staff_code AS staff_code,
    s.role AS role,
    s.team_code AS team_code,
    s.community_code AS community_code
FROM staff AS s
WHERE
    s.login = CAST(:login AS text)
    AND coalesce(s.hired_on <= CAST(:day AS date), TRUE)
    AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
ORDER BY s.staff_code ASC
LIMIT 1
