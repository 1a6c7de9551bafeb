-- What was paid for a unit, newest first, and how much of it is not used yet.
-- Reads: payment_assignments, payments, allocations, customers
-- Writes: nothing (one row per payment)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
WITH used AS (
    SELECT
        l.source_code AS payment_code,
        sum(l.amount) AS amount
    FROM allocations AS l
    WHERE
        l.source_kind = 'payment' AND l.undone_at IS NULL
        AND l.source_code IN (
            SELECT n.payment_code
            FROM payment_assignments AS n
            WHERE n.ended_at IS NULL AND n.community_code = :community_code AND n.unit_code = :unit_code
        )
    GROUP BY l.source_code
)

SELECT
    p.payment_code AS payment_code,
    p.received_on AS received_on,
    p.method AS method,
    a.amount AS amount,
    a.state AS state,
    a.reason AS reason,
    a.reverses AS reverses,
    a.customer_code AS customer_code,
    c.customer_name AS customer_name,
    coalesce(u.amount, 0) AS used
FROM payment_assignments AS a
INNER JOIN payments AS p ON a.payment_code = p.payment_code
LEFT JOIN customers AS c ON a.customer_code = c.customer_code
LEFT JOIN used AS u ON a.payment_code = u.payment_code
WHERE a.ended_at IS NULL AND a.community_code = :community_code AND a.unit_code = :unit_code
ORDER BY p.received_on DESC, p.payment_code DESC
LIMIT CAST(:page_size AS integer)
