-- Bills as their papers need them: who pays, where, what of it was paid already, and what else is owed or held for the payer.
--
-- Instant of the amounts: setting guanjia.as_of of the session, see viewed_at().
--
-- Reads: bills, billing_runs, communities, units, buildings, customers, bill_deliveries, bill_states,
--        payment_assignments, allocations
-- Writes: nothing; one row per bill given
-- Rerun: reads only
--
-- Params:
--   batch_nos (integer[]): batch of each bill
--   bill_codes (text[]): the bills
WITH wanted AS (
    SELECT
        w.batch_no,
        w.bill_code
    FROM unnest(CAST(:batch_nos AS integer[]), CAST(:bill_codes AS text[])) AS w (batch_no, bill_code)
)

SELECT
    b.batch_no,
    b.bill_code,
    b.run_code,
    b.period,
    b.total,
    b.community_code,
    b.unit_code,
    b.customer_code,
    r.kind,
    r.reverses,
    r.posted_on,
    coalesce(b.due_on, r.due_on) AS due_on,
    m.community_name,
    u.building_code,
    coalesce(g.building_name, u.building_code) AS building_name,
    c.customer_name,
    c.email,
    coalesce(c.preferred_language, 'zh') AS language,
    d.way,
    d.printed_at,
    coalesce(s.own_balance, b.total) AS open_balance,
    coalesce(s.other_open, 0) AS other_open,
    s.other_oldest_due_on,
    coalesce(s.credit_notes, 0) + coalesce(a.assigned, 0) - coalesce(p.allocated, 0) AS credit,
    o.bill_code AS voided_bill_code,
    o.total AS voided_total,
    coalesce(o.due_on, v.due_on) AS voided_due_on,
    v.posted_on AS voided_posted_on,
    r.decision_reason AS reason,
    w.way AS voided_way
FROM wanted AS k
INNER JOIN bills AS b ON k.batch_no = b.batch_no AND k.bill_code = b.bill_code
INNER JOIN billing_runs AS r ON b.run_code = r.run_code
INNER JOIN communities AS m ON b.community_code = m.community_code
INNER JOIN units AS u ON b.community_code = u.community_code AND b.unit_code = u.unit_code
INNER JOIN customers AS c ON b.customer_code = c.customer_code
LEFT JOIN buildings AS g ON u.community_code = g.community_code AND u.building_code = g.building_code
LEFT JOIN bill_deliveries AS d ON b.batch_no = d.batch_no AND b.bill_code = d.bill_code
LEFT JOIN billing_runs AS v ON r.reverses = v.run_code
LEFT JOIN bills AS o
    ON
        v.batch_no = o.batch_no
        AND v.run_code = o.run_code
        AND b.community_code = o.community_code
        AND b.unit_code = o.unit_code
        AND b.customer_code = o.customer_code
LEFT JOIN bill_deliveries AS w ON o.batch_no = w.batch_no AND o.bill_code = w.bill_code
LEFT JOIN LATERAL (
    SELECT
        min(x.open_balance) FILTER (WHERE x.bill_code = b.bill_code) AS own_balance,
        sum(x.open_balance) FILTER (WHERE x.bill_code <> b.bill_code AND x.open_balance > 0) AS other_open,
        min(x.due_on) FILTER (WHERE x.bill_code <> b.bill_code AND x.open_balance > 0) AS other_oldest_due_on,
        -sum(x.open_balance) FILTER (WHERE x.bill_code <> b.bill_code AND x.open_balance < 0) AS credit_notes
    FROM bill_states AS x
    WHERE x.community_code = b.community_code AND x.unit_code = b.unit_code AND x.customer_code = b.customer_code
) AS s ON TRUE
LEFT JOIN LATERAL (
    SELECT sum(x.amount) AS assigned
    FROM payment_assignments AS x
    WHERE
        x.community_code = b.community_code
        AND x.unit_code = b.unit_code
        AND x.customer_code = b.customer_code
        AND x.assigned_at <= viewed_at()
        AND (x.ended_at IS NULL OR x.ended_at > viewed_at())
) AS a ON TRUE
LEFT JOIN LATERAL (
    SELECT sum(x.amount) AS allocated
    FROM allocations AS x
    WHERE
        x.community_code = b.community_code
        AND x.unit_code = b.unit_code
        AND x.customer_code = b.customer_code
        AND x.source_kind = 'payment'
        AND x.allocated_at <= viewed_at()
        AND (x.undone_at IS NULL OR x.undone_at > viewed_at())
) AS p ON TRUE
ORDER BY b.batch_no, b.bill_code
