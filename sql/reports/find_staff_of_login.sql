-- The member of staff that an Airflow user is, with the scope served and the language mails are wanted in.
--
-- Reads: staff, report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   login (text): name of the Airflow user
--   on_day (date): day on which somebody is employed or not
SELECT
    s.staff_code,
    s.staff_name,
    s.email,
    coalesce(s.community_code, 'company') AS scope,
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
