-- Errors that are to be corrected and whose case is not closed yet.
--
-- Reads: quality_cases, samples, case_events
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   at (timestamptz): instant; events from then on are not looked at
SELECT
    q.case_code,
    q.sample_code,
    q.staff_code,
    q.criteria,
    q.opened_at,
    s.team_code,
    s.community_code
FROM quality_cases AS q
INNER JOIN samples AS s ON q.sample_code = s.sample_code
WHERE
    q.opened_at <= :at
    AND q.audit_code IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM case_events AS e
        WHERE
            e.case_code = q.case_code
            AND e.event = 'closed'
            AND e.event_at <= :at
            AND NOT EXISTS (
                SELECT 1
                FROM case_events AS o
                WHERE
                    o.case_code = e.case_code
                    AND o.event = 'reopened'
                    AND o.event_at >= e.event_at
                    AND o.event_at <= :at
            )
    )
ORDER BY q.opened_at, q.case_code
