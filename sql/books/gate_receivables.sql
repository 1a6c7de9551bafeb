-- What the books say of the payers on the bills a run posted, against their bills: counted per run, with a unit to look at.
-- Counted, not listed: a run of a million units has as many payers and a handful of such rows.
--
-- Reads: billing_runs, bills, allocations, ledger
-- Writes: nothing
-- Rerun: the same rows for the same run, while nothing is paid
--
-- Params:
--   run_id (bigint): the run
WITH posted AS MATERIALIZED (
    SELECT
        r.run_code,
        r.community_code,
        r.batch_no
    FROM billing_runs AS r
    WHERE r.run_id = :run_id AND r.state IN ('posted', 'reversed')
),

payers AS MATERIALIZED (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        max(p.run_code) AS run_code
    FROM (SELECT DISTINCT s.batch_no FROM posted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.run_code,
                c.community_code,
                c.unit_code,
                c.customer_code
            FROM bills AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS b
    INNER JOIN posted AS p ON b.run_code = p.run_code
    GROUP BY b.community_code, b.unit_code, b.customer_code
),

paid AS (
    SELECT
        a.batch_no,
        a.bill_code,
        sum(a.amount) AS amount
    FROM allocations AS a
    WHERE a.community_code IN (SELECT p.community_code FROM posted AS p) AND a.undone_at IS NULL
    GROUP BY a.batch_no, a.bill_code
),

given AS (
    SELECT
        a.source_code,
        sum(a.amount) AS amount
    FROM allocations AS a
    WHERE
        a.community_code IN (SELECT p.community_code FROM posted AS p)
        AND a.source_kind = 'credit_note'
        AND a.undone_at IS NULL
    GROUP BY a.source_code
),

open_bills AS (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        sum(b.total - coalesce(d.amount, 0) + coalesce(g.amount, 0)) AS open_balance,
        count(*) FILTER (WHERE b.total >= 0 AND d.amount > b.total) AS overpaid,
        count(*) FILTER (WHERE b.total < 0 AND (g.amount > -b.total OR d.amount > 0)) AS overused
    FROM billing_runs AS r
    INNER JOIN bills AS b ON r.run_code = b.run_code
    LEFT JOIN paid AS d ON b.batch_no = d.batch_no AND b.bill_code = d.bill_code
    LEFT JOIN given AS g ON b.bill_code = g.source_code
    WHERE
        r.community_code IN (SELECT p.community_code FROM posted AS p)
        AND r.state = 'posted'
        AND r.kind <> 'reversal'
    GROUP BY b.community_code, b.unit_code, b.customer_code
),

booked AS (
    SELECT
        e.community_code,
        e.unit_code,
        e.customer_code,
        coalesce(sum(e.debit - e.credit) FILTER (WHERE e.account = 'receivable'), 0) AS receivable,
        coalesce(sum(e.debit - e.credit) FILTER (WHERE e.account = 'credit'), 0) AS credit,
        coalesce(sum(e.debit - e.credit) FILTER (WHERE e.account IN ('deposits', 'agency_deposits')), 0) AS deposits
    FROM ledger AS e
    WHERE
        e.community_code IN (SELECT p.community_code FROM posted AS p)
        AND e.account IN ('receivable', 'credit', 'deposits', 'agency_deposits')
    GROUP BY e.community_code, e.unit_code, e.customer_code
),

compared AS (
    SELECT
        y.run_code,
        y.unit_code,
        coalesce(k.receivable, 0) <> coalesce(o.open_balance, 0) AS is_unequal,
        coalesce(k.credit, 0) > 0 AS is_overdrawn,
        coalesce(k.deposits, 0) > 0 AS is_overpaid_deposit,
        coalesce(o.overpaid, 0) AS overpaid,
        coalesce(o.overused, 0) AS overused
    FROM payers AS y
    LEFT JOIN booked AS k
        ON y.community_code = k.community_code AND y.unit_code = k.unit_code AND y.customer_code = k.customer_code
    LEFT JOIN open_bills AS o
        ON y.community_code = o.community_code AND y.unit_code = o.unit_code AND y.customer_code = o.customer_code
)

SELECT
    c.run_code,
    coalesce(min(c.unit_code) FILTER (
        WHERE c.is_unequal OR c.is_overdrawn OR c.is_overpaid_deposit OR c.overpaid > 0 OR c.overused > 0
    ), '-') AS first_unit,
    count(*) AS payers,
    count(*) FILTER (WHERE c.is_unequal) AS unequal,
    count(*) FILTER (WHERE c.is_overdrawn) AS overdrawn,
    count(*) FILTER (WHERE c.is_overpaid_deposit) AS overpaid_deposits,
    sum(c.overpaid) AS overpaid,
    sum(c.overused) AS overused
FROM compared AS c
GROUP BY c.run_code
