-- What we hold for customers: paid and not used for a bill yet, and credit notes not used up.
--
-- Reads: payment_assignments, allocations, bill_states (as of the session's instant)
-- Writes: nothing; one row per customer and community with a credit
-- Rerun: reads only
--
-- Params:
--   community_codes (text[]): community of each customer
--   customer_codes (text[]): customers, in the same order
WITH wanted AS (
    SELECT DISTINCT
        k.community_code,
        k.customer_code
    FROM unnest(CAST(:community_codes AS text[]), CAST(:customer_codes AS text[])) AS k (community_code, customer_code)
),

held AS (
    SELECT
        w.community_code,
        w.customer_code,
        p.amount - CASE WHEN p.state = 'assigned' THEN coalesce((
            SELECT sum(a.amount)
            FROM allocations AS a
            WHERE
                a.source_kind = 'payment'
                AND a.source_code = p.payment_code
                AND a.allocated_at <= viewed_at()
                AND (a.undone_at IS NULL OR a.undone_at > viewed_at())
        ), 0) ELSE 0 END AS amount
    FROM wanted AS w
    INNER JOIN payment_assignments AS p ON w.community_code = p.community_code AND w.customer_code = p.customer_code
    WHERE p.assigned_at <= viewed_at() AND (p.ended_at IS NULL OR p.ended_at > viewed_at())
    UNION ALL
    SELECT
        w.community_code,
        w.customer_code,
        -s.open_balance AS amount
    FROM wanted AS w
    INNER JOIN bill_states AS s ON w.community_code = s.community_code AND w.customer_code = s.customer_code
    WHERE s.open_balance < 0
)

SELECT
    h.community_code,
    h.customer_code,
    sum(h.amount) AS credit
FROM held AS h
GROUP BY h.community_code, h.customer_code
HAVING sum(h.amount) > 0
