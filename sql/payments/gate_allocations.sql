-- What payments paid of bills in a run, with what the gate asks of it.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
-- Collection assigns and allocates like the payments' own runs.
--
-- Reads: allocations, payment_assignments, payments, bills, billing_runs, ledger, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('payments', 'fee_collection')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('payments', 'fee_collection')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

written AS (
    SELECT
        a.allocation_id,
        a.source_code,
        a.batch_no,
        a.bill_code,
        a.community_code,
        a.unit_code,
        a.customer_code,
        a.amount,
        a.allocated_on,
        a.allocated_at
    FROM allocations AS a
    WHERE
        a.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
        AND a.source_kind = 'payment'
        AND a.undone_at IS NULL
),

taken_back AS (
    SELECT
        r.reverses AS payment_code,
        -sum(r.amount) AS amount
    FROM payment_assignments AS r
    WHERE r.state = 'reversal' AND r.ended_at IS NULL
    GROUP BY r.reverses
)

SELECT
    w.allocation_id,
    w.source_code,
    w.bill_code,
    coalesce(h.amount, 0) - coalesce(t.amount, 0) - (
        SELECT sum(a.amount)
        FROM allocations AS a
        WHERE a.source_kind = 'payment' AND a.source_code = w.source_code AND a.undone_at IS NULL
    ) AS money_left,
    b.total - (
        SELECT sum(a.amount)
        FROM allocations AS a
        WHERE a.batch_no = w.batch_no AND a.bill_code = w.bill_code AND a.undone_at IS NULL
    ) AS bill_left,
    coalesce(
        h.customer_code = b.customer_code
        AND w.customer_code = b.customer_code
        AND h.community_code = b.community_code
        AND w.community_code = b.community_code
        AND w.unit_code = b.unit_code,
        FALSE
    ) AS is_own_bill,
    coalesce(r.state = 'posted' AND r.kind <> 'reversal' AND r.posted_at <= w.allocated_at, FALSE) AS is_posted_bill,
    w.allocated_on - y.received_on AS days_after_receipt,
    w.amount - coalesce((
        SELECT sum(e.credit)
        FROM ledger AS e
        WHERE
            e.source_kind = 'allocation'
            AND e.source_code = CAST(w.allocation_id AS text)
            AND e.account = 'receivable'
            AND e.customer_code = b.customer_code
            AND e.unit_code = b.unit_code
    ), 0) AS unbooked,
    (
        SELECT count(*)
        FROM bills AS o
        INNER JOIN billing_runs AS q ON o.run_code = q.run_code
        WHERE
            o.community_code = b.community_code
            AND o.unit_code = b.unit_code
            AND o.customer_code = b.customer_code
            AND o.total > 0
            AND q.state = 'posted'
            AND q.kind <> 'reversal'
            AND q.posted_at <= w.allocated_at
            AND coalesce(o.due_on, q.due_on) < coalesce(b.due_on, r.due_on)
            AND o.total > coalesce((
                SELECT sum(a.amount)
                FROM allocations AS a
                WHERE a.batch_no = o.batch_no AND a.bill_code = o.bill_code AND a.undone_at IS NULL
            ), 0)
    ) AS older_open
FROM written AS w
INNER JOIN bills AS b ON w.batch_no = b.batch_no AND w.bill_code = b.bill_code
INNER JOIN billing_runs AS r ON b.run_code = r.run_code
LEFT JOIN payments AS y ON w.source_code = y.payment_code
LEFT JOIN payment_assignments AS h
    ON w.source_code = h.payment_code AND h.ended_at IS NULL AND h.state = 'assigned'
LEFT JOIN taken_back AS t ON w.source_code = t.payment_code
