-- BILL-09, CASE-06: items of a paid visit, in the month in which its case was first resolved; billed to the case's customer,
-- else to who pays the unit's fees on that day. A case that is reopened and resolved again is not billed again.
--
-- Reads: due_periods, due_units (temporary), paid_services, cases, case_events
-- Writes: due_amounts (temporary), one row per line of a visit
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, charged_days, quantity, rate, factor,
    amount, explanation
)
WITH resolved AS (
    SELECT
        e.case_code,
        min(e.event_at) AS resolved_at
    FROM case_events AS e
    INNER JOIN (
        SELECT DISTINCT s.case_code
        FROM paid_services AS s
    ) AS paid ON e.case_code = paid.case_code
    WHERE e.event = 'resolved'
    GROUP BY e.case_code
),

finished AS (
    SELECT
        r.case_code,
        r.resolved_at,
        CAST(r.resolved_at AT TIME ZONE 'Asia/Shanghai' AS date) AS resolved_on
    FROM resolved AS r
)

SELECT
    c.community_code,
    c.unit_code,
    p.period,
    'paid_service',
    s.case_code || '/' || CAST(s.line_no AS text),
    c.customer_code,
    datemultirange(daterange(f.resolved_on, f.resolved_on + 1)),
    s.quantity,
    s.unit_price,
    1,
    round(s.quantity * s.unit_price, 2),
    jsonb_build_object(
        'case', s.case_code,
        'line', s.line_no,
        'item', s.item,
        'resolved_on', f.resolved_on,
        'quantity', CAST(s.quantity AS text),
        'rate', CAST(s.unit_price AS text)
    )
FROM paid_services AS s
INNER JOIN finished AS f ON s.case_code = f.case_code
INNER JOIN cases AS c ON s.case_code = c.case_code
INNER JOIN due_periods AS p
    ON
        c.community_code = p.community_code
        AND f.resolved_on >= p.bill_from
        AND f.resolved_on < p.end_day
        AND f.resolved_at <= p.as_of
INNER JOIN due_units AS u
    ON c.community_code = u.community_code AND p.period = u.period AND c.unit_code = u.unit_code
