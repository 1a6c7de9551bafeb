-- Items of the quality check as reviewers, agents and leaders are told of them: the call or the case, and what it was about.
--
-- A call shows the case it concerned. The note is the last one written when the case was answered, done or closed.
--
-- Reads: samples, staff, calls, cases, customers, case_events
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples wanted
SELECT
    s.sample_code,
    s.draw_code,
    s.subject_kind,
    s.subject_code,
    s.channel,
    s.occurred_at,
    s.audits_code,
    s.staff_code,
    a.staff_name,
    s.score,
    s.is_critical,
    s.appeal_until,
    t.started_at,
    t.ended_at,
    t.queue_seconds,
    k.case_code,
    k.kind AS case_kind,
    k.opened_at,
    k.description,
    n.note AS done_note,
    c.customer_name
FROM samples AS s
INNER JOIN staff AS a ON s.staff_code = a.staff_code
LEFT JOIN calls AS t ON s.subject_kind = 'call' AND s.subject_code = t.call_code
LEFT JOIN cases AS k ON k.case_code = CASE s.subject_kind WHEN 'case' THEN s.subject_code ELSE t.case_code END
LEFT JOIN customers AS c ON c.customer_code = coalesce(t.customer_code, k.customer_code)
LEFT JOIN LATERAL (
    SELECT e.note
    FROM case_events AS e
    WHERE
        e.case_code = k.case_code
        AND e.event IN ('answered', 'resolved', 'closed')
        AND e.event_at <= s.occurred_at
        AND e.note IS NOT NULL
    ORDER BY e.event_at DESC, e.event ASC
    LIMIT 1
) AS n ON TRUE
WHERE s.sample_code = any(CAST(:sample_codes AS text[]))
ORDER BY s.sample_code
