-- ESC-09: escalations that were mailed and have stood down since; who was told is told that it is over, within the same
-- office hours as ordinary digests.
--
-- Reads: escalations, deadlines, cases, communities, staff, report_recipients, working_segments
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   as_of (timestamptz): instant of the run, inclusive
--   office_roles (text[]): posts that keep office hours
WITH languages AS (
    SELECT DISTINCT ON (r.email)
        r.email,
        r.language
    FROM report_recipients AS r
    WHERE r.language IS NOT NULL
    ORDER BY r.email, r.report, r.scope
),

open_offices AS (
    SELECT s.calendar_code
    FROM working_segments AS s
    WHERE s.opens_at <= :as_of AND s.closes_at > :as_of
)

SELECT
    e.escalation_id,
    e.case_code,
    e.milestone,
    e.level,
    e.staff_code,
    e.stood_down_at,
    d.state,
    c.unit_code,
    k.community_name,
    s.staff_name,
    s.email,
    s.role AS post,
    coalesce(l.language, 'zh') AS language
FROM escalations AS e
INNER JOIN deadlines AS d
    ON e.case_code = d.case_code AND e.milestone = d.milestone AND e.occurrence = d.occurrence
INNER JOIN cases AS c ON e.case_code = c.case_code
INNER JOIN communities AS k ON c.community_code = k.community_code
INNER JOIN staff AS s ON e.staff_code = s.staff_code
LEFT JOIN communities AS own ON s.community_code = own.community_code
LEFT JOIN languages AS l ON s.email = l.email
WHERE
    e.told_at IS NOT NULL
    AND e.stood_down_at IS NOT NULL
    AND e.stand_down_told_at IS NULL
    AND e.stood_down_at <= :as_of
    AND s.email IS NOT NULL
    AND (
        s.role <> all(CAST(:office_roles AS text[]))
        OR coalesce(own.working_calendar, 'office') IN (SELECT o.calendar_code FROM open_offices AS o)
    )
ORDER BY s.staff_code ASC, e.stood_down_at ASC, e.case_code ASC, e.escalation_id ASC
FOR UPDATE OF e
