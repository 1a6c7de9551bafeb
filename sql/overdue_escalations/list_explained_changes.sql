-- What moved the deadlines of a case: starts that a better one superseded, and the audit of what calendars, policies
-- and bookings changed.
--
-- Reads: deadline_former_starts, deadline_changes, runs
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
--   as_of (timestamptz): later changes are invisible, inclusive
SELECT
    f.milestone,
    f.occurrence,
    'superseded' AS reason,
    f.superseded_at AS changed_at,
    f.starts_at AS former_starts_at,
    f.due_at AS former_due_at,
    CAST(NULL AS timestamptz) AS due_at,
    CAST(NULL AS text) AS former_policy_code,
    CAST(NULL AS text) AS policy_code,
    r.run_code
FROM deadline_former_starts AS f
INNER JOIN runs AS r ON f.run_id = r.run_id
WHERE f.case_code = :case_code AND f.superseded_at <= :as_of
UNION ALL
SELECT
    c.milestone,
    c.occurrence,
    c.reason,
    c.changed_at,
    CAST(NULL AS timestamptz) AS former_starts_at,
    c.former_due_at,
    c.due_at,
    c.former_policy_code,
    c.policy_code,
    r.run_code
FROM deadline_changes AS c
INNER JOIN runs AS r ON c.run_id = r.run_id
WHERE c.case_code = :case_code AND c.changed_at <= :as_of
ORDER BY milestone, occurrence, changed_at, former_starts_at
