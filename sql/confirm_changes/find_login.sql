-- The Airflow user of a person of the staff register.
-- Reads: staff
-- Writes: nothing (one row at most)
-- Rerun: reads only
-- Params:
--   staff_code (text): the person
SELECT s.login AS login
FROM staff AS s
WHERE s.staff_code = :staff_code
