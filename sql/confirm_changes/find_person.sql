-- The person of the staff register whom an Airflow user is.
-- Reads: staff
-- Writes: nothing (one row at most)
-- Rerun: reads only
-- Params:
--   login (text): the user's name in Airflow
--   on_day (date): day on which the person must be employed
SELECT s.staff_code AS staff_code
FROM staff AS s
WHERE
    s.login = :login
    AND (s.hired_on IS NULL OR s.hired_on <= CAST(:on_day AS date))
    AND (s.left_on IS NULL OR s.left_on >= CAST(:on_day AS date))
ORDER BY s.staff_code ASC
LIMIT 1
