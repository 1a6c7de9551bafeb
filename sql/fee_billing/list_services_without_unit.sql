-- Paid visits that cannot be billed because their case names no unit; listed, never guessed.
--
-- Reads: due_periods (temporary), paid_services, cases, case_events
-- Writes: due_exceptions (temporary), one row per case
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_exceptions (kind, period, subject, community_code, charge_kind, units, detail)
WITH finished AS (
    SELECT
        c.case_code,
        c.community_code,
        min(e.event_at) AS resolved_at
    FROM cases AS c
    INNER JOIN case_events AS e ON c.case_code = e.case_code AND e.event = 'resolved'
    WHERE
        c.unit_code IS NULL
        AND c.case_code IN (
            SELECT s.case_code
            FROM paid_services AS s
        )
    GROUP BY c.case_code, c.community_code
)

SELECT
    'no_unit',
    p.period,
    f.case_code,
    f.community_code,
    'paid_service',
    0,
    jsonb_build_object('case', f.case_code, 'amount', CAST(sum(round(s.quantity * s.unit_price, 2)) AS text))
FROM finished AS f
INNER JOIN paid_services AS s ON f.case_code = s.case_code
INNER JOIN due_periods AS p
    ON
        f.community_code = p.community_code
        AND CAST(f.resolved_at AT TIME ZONE 'Asia/Shanghai' AS date) >= p.bill_from
        AND CAST(f.resolved_at AT TIME ZONE 'Asia/Shanghai' AS date) < p.end_day
        AND f.resolved_at <= p.as_of
GROUP BY p.period, f.case_code, f.community_code
