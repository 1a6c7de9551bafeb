-- What callbacks are about: each open contact in them with its case, the first in priority first.
--
-- A contact that is closed is shown only where none is open any more (a callback told of after it ended).
--
-- Reads: callback_contacts, cases, case_events, callback_cases, callback_results
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_codes (text[]): callbacks wanted
WITH wanted AS (
    SELECT DISTINCT w.callback_code
    FROM unnest(CAST(:callback_codes AS text[])) AS w (callback_code)
),

ranked AS (
    SELECT
        t.callback_code,
        t.trigger,
        t.rule_code,
        t.subject,
        t.occasion,
        t.case_code,
        t.channel,
        t.channel_reason,
        t.triggered_at,
        t.due_by,
        t.priority,
        t.state = 'planned' AS is_open,
        bool_or(t.state = 'planned') OVER (PARTITION BY t.callback_code) AS has_open
    FROM wanted AS w
    INNER JOIN callback_contacts AS t ON w.callback_code = t.callback_code
)

SELECT
    r.callback_code,
    r.trigger,
    r.rule_code,
    r.occasion,
    r.case_code,
    r.channel,
    r.channel_reason,
    r.triggered_at,
    r.due_by,
    s.kind AS case_kind,
    s.area AS case_area,
    s.description AS case_text,
    (
        SELECT e.note
        FROM case_events AS e
        WHERE e.case_code = r.case_code AND e.event_at = r.triggered_at AND e.note IS NOT NULL
        ORDER BY e.event DESC
        LIMIT 1
    ) AS done_note,
    (
        SELECT o.comment
        FROM callback_cases AS g
        INNER JOIN callback_results AS o ON g.callback_code = o.callback_code
        WHERE g.case_code = r.case_code AND r.trigger = 'correction_resolved' AND o.comment IS NOT NULL
        ORDER BY o.attempted_at DESC
        LIMIT 1
    ) AS said_before
FROM ranked AS r
LEFT JOIN cases AS s ON r.case_code = s.case_code
WHERE r.is_open OR NOT r.has_open
ORDER BY r.callback_code, r.priority, r.triggered_at, r.rule_code, r.subject, r.occasion
