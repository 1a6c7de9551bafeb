-- Errors of a month's items that were to be corrected, and what looking again found.
--
-- Reads: quality_cases, samples, case_events
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   starts_at (timestamptz): start of the month, inclusive
--   ends_at (timestamptz): its end, exclusive
--   at (timestamptz): instant; events from then on are not looked at
SELECT
    q.case_code,
    q.sample_code,
    q.staff_code,
    q.criteria,
    q.opened_at,
    s.team_code,
    s.community_code,
    a.state AS audit_state,
    a.is_nonconforming AS audit_failed,
    exists(
        SELECT 1
        FROM case_events AS e
        WHERE e.case_code = q.case_code AND e.event = 'closed' AND e.event_at <= :at
    ) AS is_closed
FROM quality_cases AS q
INNER JOIN samples AS s ON q.sample_code = s.sample_code
LEFT JOIN samples AS a ON q.audit_code = a.sample_code
WHERE s.occurred_at >= CAST(:starts_at AS timestamptz) AND s.occurred_at < CAST(:ends_at AS timestamptz)
ORDER BY q.case_code
