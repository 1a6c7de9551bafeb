-- The callback lists of a day that hold a line not mailed yet, each whole: the list of a person is mailed as it stands.
--
-- Reads: callback_lists, callbacks, staff, report_recipients
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   work_date (date): day of the lists
WITH people AS (
    SELECT l.staff_code
    FROM callback_lists AS l
    WHERE l.work_date = CAST(:work_date AS date) AND l.withdrawn_at IS NULL
    GROUP BY l.staff_code
    HAVING bool_or(l.told_at IS NULL)
),

languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
)

SELECT
    l.callback_code,
    l.told_at IS NULL AS is_new,
    c.state = 'planned' AS is_open,
    coalesce(c.community_code, 'prospects') AS community_code,
    l.edition,
    s.staff_code,
    s.staff_name,
    s.email,
    coalesce(w.language, 'zh') AS language
FROM people AS p
INNER JOIN callback_lists AS l ON p.staff_code = l.staff_code
INNER JOIN callbacks AS c ON l.callback_code = c.callback_code
INNER JOIN staff AS s ON l.staff_code = s.staff_code
LEFT JOIN languages AS w ON s.email = w.email
WHERE l.work_date = CAST(:work_date AS date) AND l.withdrawn_at IS NULL
ORDER BY l.staff_code, l.position
