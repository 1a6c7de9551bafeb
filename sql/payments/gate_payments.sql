-- Payments a run assigned, and those it should have, with what the gate asks of them.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
-- Collection assigns and allocates like the payments' own runs.
--
-- Reads: payments, payment_assignments, settings, communities, occupancies, contracts, opening_balances, bills, ledger,
-- runs
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

looked_at AS (
    SELECT
        r.as_of,
        CAST(r.as_of AT TIME ZONE 'Asia/Shanghai' AS date) AS day
    FROM runs AS r
    WHERE r.run_id = :run_id
),

live AS (
    SELECT DISTINCT ON (c.community_code)
        c.community_code,
        c.developer_code,
        CAST(s.value AS date) AS live_from
    FROM communities AS c
    CROSS JOIN looked_at AS d
    INNER JOIN settings AS s
        ON s.setting = 'live_from' AND coalesce(s.community_code, c.community_code) = c.community_code
    WHERE s.valid_from IS NULL OR s.valid_from <= d.day
    ORDER BY c.community_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
),

known AS (
    SELECT
        p.payment_code,
        p.received_on,
        p.amount,
        coalesce(l.live_from, f.live_from) AS live_from
    FROM payments AS p
    CROSS JOIN looked_at AS d
    LEFT JOIN live AS l ON p.community_code = l.community_code
    LEFT JOIN (
        SELECT min(e.live_from) AS live_from
        FROM live AS e
    ) AS f ON p.community_code IS NULL
    WHERE p.received_on <= d.day
),

looked_for AS (
    SELECT
        k.payment_code,
        k.received_on,
        k.amount AS received,
        k.live_from,
        a.assignment_no,
        a.state,
        a.community_code,
        a.unit_code,
        a.customer_code,
        a.reason,
        a.reverses,
        a.amount
    FROM known AS k
    LEFT JOIN payment_assignments AS a ON k.payment_code = a.payment_code AND a.ended_at IS NULL
    WHERE
        a.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
        OR (a.payment_code IS NULL AND k.received_on >= k.live_from)
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
    w.payment_code,
    w.assignment_no,
    w.state,
    w.reason,
    w.assignment_no IS NOT NULL AS is_placed,
    CASE WHEN w.reason <> 'before_live' THEN w.amount - w.received END AS difference,
    CASE WHEN w.reason <> 'before_live' THEN w.received_on - w.live_from END AS days_after_live,
    CASE WHEN w.state = 'suspense' AND w.reason <> 'before_live' THEN d.day - w.received_on END AS days_in_suspense,
    CASE
        WHEN w.state = 'assigned' THEN w.amount - coalesce(t.amount, 0)
        WHEN w.state = 'reversal' THEN coalesce((
            SELECT g.amount
            FROM payment_assignments AS g
            WHERE g.payment_code = w.reverses AND g.ended_at IS NULL AND g.state = 'assigned'
        ), 0) - coalesce(t.amount, 0)
    END AS left_over,
    w.amount - coalesce((
        SELECT sum(e.debit - e.credit)
        FROM ledger AS e
        WHERE e.source_kind = 'payment' AND e.source_code = w.payment_code AND e.account = 'bank'
    ), 0) AS unbooked,
    w.customer_code IS NULL
    OR w.customer_code = l.developer_code
    OR EXISTS (
        SELECT 1
        FROM occupancies AS o
        WHERE
            o.community_code = w.community_code
            AND o.unit_code = w.unit_code
            AND o.customer_code = w.customer_code
        UNION ALL
        SELECT 1
        FROM contracts AS c
        WHERE
            c.community_code = w.community_code
            AND c.unit_code = w.unit_code
            AND c.customer_code = w.customer_code
        UNION ALL
        SELECT 1
        FROM opening_balances AS b
        WHERE
            b.community_code = w.community_code
            AND b.unit_code = w.unit_code
            AND b.customer_code = w.customer_code
        UNION ALL
        SELECT 1
        FROM bills AS b
        WHERE
            b.community_code = w.community_code
            AND b.unit_code = w.unit_code
            AND b.customer_code = w.customer_code
    ) AS is_of_unit
FROM looked_for AS w
CROSS JOIN looked_at AS d
LEFT JOIN live AS l ON w.community_code = l.community_code
LEFT JOIN taken_back AS t ON coalesce(w.reverses, w.payment_code) = t.payment_code
