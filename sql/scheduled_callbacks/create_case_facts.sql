-- CB-01, 02, 03, 07: what finished or answered the cases looked at, occurrence by occurrence. An occurrence ends with the
-- case's reopening; its first fact counts. Worked example: resolved at 10:00, closed at 11:00, reopened at 14:00,
-- resolved at 16:00: occurrence 1 from 10:00 until 14:00, occurrence 2 from 16:00 on.
--
-- A case that a dissatisfied customer made us open is called about as a correction and as nothing else; one that only
-- corrects our register is not called about, nor is what our own inspections report.
--
-- Reads: looked_cases (temporary), cases, case_events, callback_cases, paid_services
-- Writes: case_facts (temporary), one row per trigger, case and occurrence, also of instants still to come
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE case_facts ON COMMIT DROP AS
WITH happened AS (
    SELECT
        e.case_code,
        e.event_at,
        e.event,
        1 + count(*) FILTER (WHERE e.event = 'reopened') OVER (
            PARTITION BY e.case_code
            ORDER BY e.event_at, e.event = 'reopened', e.event
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS occurrence
    FROM looked_cases AS l
    INNER JOIN case_events AS e ON l.case_code = e.case_code
    WHERE e.event IN ('answered', 'resolved', 'closed', 'reopened')
),

occurrences AS (
    SELECT
        h.case_code,
        h.occurrence,
        min(h.event_at) FILTER (WHERE h.event IN ('resolved', 'closed')) AS finished_at,
        min(h.event_at) FILTER (WHERE h.event IN ('answered', 'resolved', 'closed')) AS answered_at,
        min(h.event_at) FILTER (WHERE h.event = 'reopened') AS reopened_at
    FROM happened AS h
    GROUP BY h.case_code, h.occurrence
),

paid AS (
    SELECT DISTINCT s.case_code
    FROM looked_cases AS l
    INNER JOIN paid_services AS s ON l.case_code = s.case_code
    WHERE s.quantity * s.unit_price > 0
)

SELECT
    f.trigger,
    o.case_code,
    CAST(o.occurrence AS text) AS occasion,
    f.triggered_at,
    o.reopened_at,
    c.community_code
FROM occurrences AS o
INNER JOIN cases AS c ON o.case_code = c.case_code
LEFT JOIN callback_cases AS k ON o.case_code = k.case_code
LEFT JOIN paid AS p ON o.case_code = p.case_code
CROSS JOIN
    LATERAL (
        VALUES
        ('correction_resolved', o.finished_at, coalesce(k.purpose = 'correction', FALSE)),
        ('repair_resolved', o.finished_at, k.case_code IS NULL AND c.kind = 'repair' AND c.area = 'in_home'),
        ('area_unknown', o.finished_at, k.case_code IS NULL AND c.kind = 'repair' AND c.area IS NULL),
        ('complaint_answered', o.answered_at, k.case_code IS NULL AND c.kind = 'complaint'),
        ('paid_service_done', o.finished_at, k.case_code IS NULL AND p.case_code IS NOT NULL)
    ) AS f (trigger, triggered_at, is_due)
WHERE
    f.is_due
    AND f.triggered_at IS NOT NULL
    AND c.channel IS DISTINCT FROM '巡检'
