-- Airflow users of staff who may be the second person: employed, with a login, and not the one who brought the change.
-- Reads: staff
-- Writes: nothing (one row per login)
-- Rerun: reads only
-- Params:
--   on_day (date): day on which they must be employed
--   proposed_by (text): who brought the change: login or staff code; null: not known
SELECT DISTINCT s.login AS login
FROM staff AS s
WHERE
    s.login IS NOT NULL
    AND (s.hired_on IS NULL OR s.hired_on <= CAST(:on_day AS date))
    AND (s.left_on IS NULL OR s.left_on >= CAST(:on_day AS date))
    AND (CAST(:proposed_by AS text) IS NULL OR (s.login <> :proposed_by AND s.staff_code <> :proposed_by))
ORDER BY s.login ASC
