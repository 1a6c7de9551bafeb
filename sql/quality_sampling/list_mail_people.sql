-- Everybody on the staff register, with whom a mail reaches and in which language.
--
-- Reads: staff, report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   on_day (date): day on which somebody is employed or not
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
    s.role,
    s.team_code,
    s.community_code,
    s.department,
    s.email,
    coalesce(l.language, 'zh') AS language,
    coalesce(s.hired_on <= CAST(:on_day AS date), TRUE) AND coalesce(s.left_on >= CAST(:on_day AS date), TRUE)
        AS is_employed
FROM staff AS s
LEFT JOIN languages AS l ON s.email = l.email
ORDER BY s.staff_code
