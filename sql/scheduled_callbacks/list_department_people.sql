-- The people of some departments who take on its cases: team leaders and supervisors employed on a day, those of the
-- community before those of the whole company.
--
-- Reads: staff, report_recipients
-- Writes: nothing
-- Rerun: the same rows for the same registers
--
-- Params:
--   departments (text[]): departments
--   community_codes (text[]): community of each, in the same order
--   on_day (date): day
WITH asked AS (
    SELECT DISTINCT
        g.department,
        g.community_code
    FROM unnest(CAST(:departments AS text[]), CAST(:community_codes AS text[])) AS g (department, community_code)
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
    a.department,
    a.community_code,
    s.community_code IS NOT NULL AS is_of_community,
    s.staff_name,
    s.email,
    coalesce(l.language, 'zh') AS language
FROM asked AS a
INNER JOIN staff AS s
    ON a.department = s.department AND (s.community_code IS NULL OR a.community_code = s.community_code)
LEFT JOIN languages AS l ON s.email = l.email
WHERE
    s.role IN ('team_leader', 'supervisor')
    AND s.email IS NOT NULL
    AND coalesce(s.hired_on <= CAST(:on_day AS date), TRUE)
    AND coalesce(s.left_on >= CAST(:on_day AS date), TRUE)
ORDER BY a.department, a.community_code, s.staff_code
