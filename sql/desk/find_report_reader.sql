-- Who an Airflow user is by the register, while employed, and for which scopes of a report their address is registered.
-- Reads: staff, report_recipients
-- Writes: nothing (one row, or none)
-- Rerun: reads only
-- Params:
--   login (text): name of the Airflow user
--   report (text): report
--   day (date): day looked at, inclusive
SELECT
    s.staff_code AS staff_code,
    s.role AS role,
    s.community_code AS community_code,
    array(
        SELECT r.scope
        FROM report_recipients AS r
        WHERE r.report = CAST(:report AS text) AND lower(btrim(r.email)) = lower(btrim(s.email))
        ORDER BY r.scope ASC
    ) AS registered
FROM staff AS s
WHERE
    s.login = CAST(:login AS text)
    AND coalesce(s.hired_on <= CAST(:day AS date), TRUE)
    AND coalesce(s.left_on >= CAST(:day AS date), TRUE)
ORDER BY s.staff_code ASC
LIMIT 1
