-- Who an Airflow user is by the register, while employed, with what decides which scopes of a report are theirs: the
-- post, and the scopes their address is registered for. More than one row: the register gives two people one login.
--
-- Reads: staff, report_recipients
-- Writes: nothing (a row per member of staff with the login: one, none, or a mistake)
-- Rerun: the same rows for the same registers
--
-- Params:
--   login (text): name of the Airflow user
--   report (text): report
--   on_day (date): day on which somebody is employed or not, inclusive
SELECT
    s.staff_code,
    s.staff_name,
    s.role,
    s.community_code,
    s.email,
    array(
        SELECT r.scope
        FROM report_recipients AS r
        WHERE r.report = CAST(:report AS text) AND lower(btrim(r.email)) = lower(btrim(s.email))
        ORDER BY r.scope ASC
    ) AS registered,
    coalesce(
        (
            SELECT r.language
            FROM report_recipients AS r
            WHERE lower(btrim(r.email)) = lower(btrim(s.email)) AND r.language IS NOT NULL
            ORDER BY r.report ASC, r.scope ASC
            LIMIT 1
        ), 'zh'
    ) AS language
FROM staff AS s
WHERE
    s.login = CAST(:login AS text)
    AND coalesce(s.hired_on <= CAST(:on_day AS date), TRUE)
    AND coalesce(s.left_on >= CAST(:on_day AS date), TRUE)
ORDER BY s.staff_code ASC
