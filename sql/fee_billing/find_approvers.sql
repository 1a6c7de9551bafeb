-- The people whom a list of names means: Airflow users or staff numbers, employed that day, with the language of their mails.
--
-- Reads: staff, report_recipients
-- Writes: nothing; one row per person of the staff register that is named
-- Rerun: reads only
--
-- Params:
--   names (text[]): Airflow users or staff numbers
--   on_day (date): day on which they must be employed
WITH languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT
    s.staff_code,
    s.staff_name,
    s.login,
    s.email,
    coalesce(l.language, 'zh') AS language
FROM staff AS s
LEFT JOIN languages AS l ON s.email = l.email
WHERE
    (s.login = any(CAST(:names AS text[])) OR s.staff_code = any(CAST(:names AS text[])))
    AND (s.hired_on IS NULL OR s.hired_on <= CAST(:on_day AS date))
    AND (s.left_on IS NULL OR s.left_on >= CAST(:on_day AS date))
ORDER BY s.staff_code ASC
