-- The correction an error opened, or that a case is: its sample, when it was closed, and where it is looked at again.
--
-- Reads: quality_cases, samples, case_events
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_code (text): the sample whose error it corrects; null: any
--   case_code (text): the case; null: any
--   as_of (timestamptz): what was opened or closed after it is left out, inclusive
SELECT
    q.case_code,
    q.sample_code,
    q.criteria,
    q.department,
    q.opened_at,
    (
        SELECT max(v.event_at)
        FROM case_events AS v
        WHERE
            v.case_code = q.case_code
            AND v.event = 'closed'
            AND v.event_at <= CAST(:as_of AS timestamptz)
    ) AS closed_at,
    q.audit_code,
    s.score AS audit_score,
    s.is_nonconforming AS audit_failed
FROM quality_cases AS q
LEFT JOIN samples AS s ON q.audit_code = s.sample_code
WHERE
    q.opened_at <= CAST(:as_of AS timestamptz)
    AND (q.sample_code = CAST(:sample_code AS text) OR q.case_code = CAST(:case_code AS text))
ORDER BY q.opened_at
