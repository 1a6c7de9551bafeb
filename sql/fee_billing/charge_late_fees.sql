-- Late fees: simple interest per day on what is open of a bill's principal after its due day and the days of grace, rounded
-- once per bill and month, half up, and never more in all than the cap; late fees bear none.
--
-- A day counts by what was open when it began: money received on the due day comes in time, a day later is one day. What is
-- paid settles the principal first. Credit notes count from the day they were used to the day they were taken back, if ever.
-- Late fees that a bill gives back make its principal smaller, not larger.
--
-- Example: 500.00 due on 20 October and paid on the 30th: 10 days × 0.0005 × 500.00 = 2.50.
--
-- Reads: due_late_months, due_periods, due_units (temporary), billing_runs, bills, bill_lines, allocations, payments
-- Writes: due_amounts (temporary), one row per month and bill
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, rate, factor, amount, explanation
)
WITH instant AS MATERIALIZED (
    SELECT max(p.as_of) AS at
    FROM due_periods AS p
),

asked AS (
    SELECT
        m.community_code,
        max(m.end_day) AS end_day
    FROM due_late_months AS m
    GROUP BY m.community_code
),

owed AS MATERIALIZED (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.batch_no,
        b.bill_code,
        coalesce(b.due_on, r.due_on) AS due_on,
        b.total - greatest(l.late_fees, 0) AS principal
    FROM asked AS k
    CROSS JOIN instant AS i
    INNER JOIN billing_runs AS r
        ON k.community_code = r.community_code AND r.state = 'posted' AND r.kind <> 'reversal' AND i.at >= r.posted_at
    INNER JOIN bills AS b ON r.batch_no = b.batch_no AND r.run_code = b.run_code
    LEFT JOIN LATERAL (
        SELECT sum(n.amount) AS late_fees
        FROM bill_lines AS n
        WHERE n.batch_no = b.batch_no AND n.bill_code = b.bill_code AND n.charge_kind = 'late_fee'
    ) AS l ON TRUE
    WHERE coalesce(b.due_on, r.due_on) < k.end_day AND b.total > greatest(l.late_fees, 0)
),

paid AS (
    SELECT
        o.bill_code,
        coalesce(p.received_on, a.allocated_on) AS day,
        sum(a.amount) AS amount
    FROM owed AS o
    CROSS JOIN instant AS i
    INNER JOIN allocations AS a
        ON
            o.batch_no = a.batch_no
            AND o.bill_code = a.bill_code
            AND a.source_kind = 'payment'
            AND i.at >= a.allocated_at
            AND (a.undone_at IS NULL OR i.at < a.undone_at)
    LEFT JOIN payments AS p ON a.source_code = p.payment_code
    GROUP BY o.bill_code, coalesce(p.received_on, a.allocated_on)
    UNION ALL
    SELECT
        o.bill_code,
        e.day,
        e.amount
    FROM owed AS o
    CROSS JOIN instant AS i
    INNER JOIN allocations AS a
        ON
            o.batch_no = a.batch_no
            AND o.bill_code = a.bill_code
            AND a.source_kind = 'credit_note'
            AND i.at >= a.allocated_at
    CROSS JOIN
        LATERAL (
            VALUES
            (a.allocated_on, a.amount),
            (CASE WHEN i.at >= a.undone_at THEN a.undone_on END, -a.amount)
        ) AS e (day, amount)
    WHERE e.day IS NOT NULL
),

marks AS (
    SELECT
        o.bill_code,
        o.due_on + 1 AS first_day,
        0 AS amount
    FROM owed AS o
    UNION ALL
    SELECT
        p.bill_code,
        greatest(p.day, o.due_on) + 1,
        p.amount
    FROM paid AS p
    INNER JOIN owed AS o ON p.bill_code = o.bill_code
),

steps AS (
    SELECT
        m.bill_code,
        m.first_day,
        sum(sum(m.amount)) OVER bill AS paid,
        lead(m.first_day, 1, date '9999-12-31') OVER bill AS end_day
    FROM marks AS m
    GROUP BY m.bill_code, m.first_day
    WINDOW bill AS (PARTITION BY m.bill_code ORDER BY m.first_day)
),

pieces AS (
    SELECT
        o.bill_code,
        m.period,
        m.rate,
        m.cap,
        o.principal - s.paid AS open_amount,
        greatest(s.first_day, m.first_day, o.due_on + m.grace_days + 1) AS first_day,
        least(s.end_day, m.end_day) AS end_day
    FROM owed AS o
    INNER JOIN due_late_months AS m ON o.community_code = m.community_code AND o.due_on + m.grace_days + 1 < m.end_day
    INNER JOIN steps AS s ON o.bill_code = s.bill_code AND m.end_day > s.first_day AND m.first_day < s.end_day
    WHERE o.principal > s.paid
),

fees AS (
    SELECT
        e.bill_code,
        e.period,
        e.rate,
        e.cap,
        round(sum(e.open_amount * (e.end_day - e.first_day) * e.rate), 2) AS fee,
        jsonb_agg(
            jsonb_build_object(
                'from', e.first_day,
                'to', e.end_day - 1,
                'days', e.end_day - e.first_day,
                'open', CAST(e.open_amount AS text)
            ) ORDER BY e.first_day
        ) AS segments
    FROM pieces AS e
    WHERE e.first_day < e.end_day
    GROUP BY e.bill_code, e.period, e.rate, e.cap
),

capped AS (
    SELECT
        f.*,
        round(f.cap * o.principal, 2) AS most,
        sum(f.fee) OVER (PARTITION BY f.bill_code ORDER BY f.period) AS fees_so_far
    FROM fees AS f
    INNER JOIN owed AS o ON f.bill_code = o.bill_code
),

billed AS (
    SELECT
        c.*,
        greatest(least(c.fees_so_far, c.most) - least(c.fees_so_far - c.fee, c.most), 0) AS amount
    FROM capped AS c
)

SELECT
    o.community_code,
    o.unit_code,
    d.period,
    'late_fee',
    o.bill_code,
    o.customer_code,
    trim_scale(d.rate),
    1,
    d.amount,
    jsonb_build_object('late', jsonb_strip_nulls(jsonb_build_object(
        'bill', o.bill_code,
        'due_on', o.due_on,
        'principal', CAST(o.principal AS text),
        'rate', CAST(trim_scale(d.rate) AS text),
        'cap', CAST(d.most AS text),
        'capped', CASE WHEN d.amount < d.fee THEN TRUE END
    )), 'segments', d.segments)
FROM billed AS d
INNER JOIN owed AS o ON d.bill_code = o.bill_code
INNER JOIN due_periods AS p ON o.community_code = p.community_code AND d.period = p.period
INNER JOIN due_units AS u ON o.community_code = u.community_code AND p.period = u.period AND o.unit_code = u.unit_code
