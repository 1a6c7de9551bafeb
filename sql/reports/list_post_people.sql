-- Who is employed in some posts, with the scope the post is held in and the language mails are wanted in.
--
-- Reads: staff, report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   roles (text[]): posts
--   on_day (date): day on which somebody is employed or not
WITH languages AS (
    SELECT DISTINCT ON (lower(btrim(r.email)))
        lower(btrim(r.email)) AS email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY lower(btrim(r.email)) ASC, r.report ASC, r.scope ASC
)

SELECT
    s.staff_code,
    s.staff_name,
    s.email,
    coalesce(s.community_code, 'company') AS scope,
    coalesce(l.language, 'zh') AS language
FROM staff AS s
LEFT JOIN languages AS l ON lower(btrim(s.email)) = l.email
WHERE
    s.role = any(CAST(:roles AS text[]))
    AND coalesce(s.hired_on <= CAST(:on_day AS date), TRUE)
    AND coalesce(s.left_on >= CAST(:on_day AS date), TRUE)
ORDER BY s.staff_code ASC
