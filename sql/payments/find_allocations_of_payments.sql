-- What payments paid and no longer can: they were moved, made smaller, or taken back. What was paid last is undone first.
--
-- Reads: changed_payments (temporary), payment_assignments, allocations
-- Writes: undone_allocations (temporary), one row per allocation undone whole or in part
-- Rerun: once per judging
--
-- Params: none
INSERT INTO undone_allocations (allocation_id, undone_by, kept_amount)
WITH touched AS (
    SELECT
        c.payment_code,
        bool_or(c.is_moved) AS is_moved,
        max(c.undone_by) AS undone_by
    FROM (
        SELECT
            m.payment_code,
            m.is_moved,
            m.payment_code AS undone_by
        FROM changed_payments AS m
        WHERE m.assignment_no > 1
        UNION ALL
        SELECT
            v.reverses,
            FALSE,
            v.payment_code
        FROM changed_payments AS v
        WHERE v.state = 'reversal'
    ) AS c
    GROUP BY c.payment_code
),

limits AS (
    SELECT
        t.payment_code,
        t.undone_by,
        CASE WHEN t.is_moved OR h.state <> 'assigned' THEN 0 ELSE h.amount + coalesce(sum(r.amount), 0) END AS amount
    FROM touched AS t
    INNER JOIN payment_assignments AS h ON t.payment_code = h.payment_code AND h.ended_at IS NULL
    LEFT JOIN payment_assignments AS r
        ON t.payment_code = r.reverses AND r.state = 'reversal' AND r.ended_at IS NULL
    GROUP BY t.payment_code, t.undone_by, t.is_moved, h.state, h.amount
),

in_order AS (
    SELECT
        a.allocation_id,
        m.undone_by,
        m.amount AS at_most,
        a.amount,
        sum(a.amount) OVER (
            PARTITION BY a.source_code
            ORDER BY a.allocation_id
        ) AS reaches_to
    FROM limits AS m
    INNER JOIN allocations AS a
        ON a.source_kind = 'payment' AND m.payment_code = a.source_code AND a.undone_at IS NULL
)

SELECT
    o.allocation_id,
    o.undone_by,
    greatest(o.at_most - (o.reaches_to - o.amount), 0)
FROM in_order AS o
WHERE o.reaches_to > o.at_most
