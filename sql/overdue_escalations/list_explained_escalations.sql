-- The escalations of a case in the order they were raised, with whom each told and whether that person's office is
-- open.
--
-- Reads: escalations, cases, staff, communities, working_segments, runs
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
--   as_of (timestamptz): later escalations are invisible, inclusive; instant the office is asked for
--   office_roles (text[]): posts that keep office hours
SELECT
    e.milestone,
    e.occurrence,
    e.level,
    e.role,
    e.staff_code,
    e.raised_at,
    e.acknowledged_at,
    e.stood_down_at,
    e.found_by,
    e.is_emergency,
    e.step_code,
    e.rule_id,
    e.told_at,
    e.stand_down_told_at,
    e.reported_at,
    s.staff_name,
    s.role AS post,
    s.email IS NOT NULL AS has_address,
    NOT e.is_emergency
    AND s.role = any(CAST(:office_roles AS text[]))
    AND NOT EXISTS (
        SELECT 1
        FROM working_segments AS w
        WHERE
            w.calendar_code = coalesce(own.working_calendar, 'office')
            AND w.opens_at <= :as_of
            AND w.closes_at > :as_of
    ) AS waits_for_office,
    r.run_code
FROM escalations AS e
INNER JOIN runs AS r ON e.run_id = r.run_id
LEFT JOIN staff AS s ON e.staff_code = s.staff_code
LEFT JOIN communities AS own ON s.community_code = own.community_code
WHERE e.case_code = :case_code AND e.raised_at <= :as_of
ORDER BY e.raised_at, e.level, e.milestone, e.occurrence, e.escalation_id
