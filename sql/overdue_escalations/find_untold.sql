-- ESC-09, ESC-11: escalations that are raised, not stood down and not yet mailed, for people with an address. Who keeps
-- office hours gets ordinary ones only while the office of their community (the company's, for those who serve all) is
-- open; emergencies at any time.
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
    e.occurrence,
    e.level,
    e.role,
    e.staff_code,
    e.is_emergency,
    e.raised_at,
    d.due_at,
    d.rule_id,
    c.kind,
    c.urgency,
    c.unit_code,
    c.description,
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
    e.told_at IS NULL
    AND e.stood_down_at IS NULL
    AND e.raised_at <= :as_of
    AND s.email IS NOT NULL
    AND (
        e.found_by IN ('case', 'assigned')
        OR coalesce(s.community_code, c.community_code) = c.community_code
    )
    AND (
        e.is_emergency
        OR s.role <> all(CAST(:office_roles AS text[]))
        OR coalesce(own.working_calendar, 'office') IN (SELECT o.calendar_code FROM open_offices AS o)
    )
ORDER BY s.staff_code ASC, e.level DESC, d.due_at ASC, e.case_code ASC, e.escalation_id ASC
FOR UPDATE OF e
