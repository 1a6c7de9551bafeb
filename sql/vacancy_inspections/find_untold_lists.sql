-- The worklists of a day that hold something not mailed yet, each whole: the list of a person is mailed as it stands.
--
-- Reads: inspection_lists, inspections, staff, report_recipients, inspected_communities (temporary)
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   work_date (date): day of the lists
WITH people AS (
    SELECT l.staff_code
    FROM inspection_lists AS l
    WHERE l.work_date = :work_date
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
    l.inspection_code,
    l.told_at IS NULL AS is_new,
    i.state IN ('planned', 'not_entered') AS is_open,
    i.community_code,
    s.staff_code,
    s.staff_name,
    s.email,
    coalesce(w.language, 'zh') AS language
FROM people AS p
INNER JOIN inspection_lists AS l ON p.staff_code = l.staff_code
INNER JOIN inspections AS i ON l.inspection_code = i.inspection_code
INNER JOIN inspected_communities AS g ON i.community_code = g.community_code
INNER JOIN staff AS s ON l.staff_code = s.staff_code
LEFT JOIN languages AS w ON s.email = w.email
WHERE l.work_date = :work_date
ORDER BY l.staff_code, l.position
