-- What the books say of a unit, by account and payer.
-- Reads: bills, billing_runs, payment_assignments, allocations, deposit_settlements, ledger, customers
-- Writes: nothing (one row per account and payer)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
WITH sources AS (
    SELECT
        CASE r.kind WHEN 'opening' THEN 'opening' ELSE 'run' END AS source_kind,
        b.run_code AS source_code
    FROM bills AS b
    INNER JOIN billing_runs AS r ON b.run_code = r.run_code
    WHERE b.community_code = :community_code AND b.unit_code = :unit_code
    UNION
    SELECT
        'payment',
        a.payment_code
    FROM payment_assignments AS a
    WHERE a.community_code = :community_code AND a.unit_code = :unit_code
    UNION
    SELECT
        'allocation',
        CAST(l.allocation_id AS text)
    FROM allocations AS l
    WHERE l.community_code = :community_code AND l.unit_code = :unit_code
    UNION
    SELECT
        'allocation',
        CAST(l.allocation_id AS text)
    FROM payment_assignments AS a
    INNER JOIN allocations AS l ON l.source_kind = 'payment' AND a.payment_code = l.source_code
    WHERE a.community_code = :community_code AND a.unit_code = :unit_code
    UNION
    SELECT
        'deposit_event',
        s.contract_code || '/' || k.part
    FROM deposit_settlements AS s
    CROSS JOIN LATERAL (VALUES ('before'), (CAST(s.event_on AS text) || '/' || s.event)) AS k (part)
    WHERE s.community_code = :community_code AND s.unit_code = :unit_code
)

SELECT
    g.account AS account,
    g.customer_code AS customer_code,
    c.customer_name AS customer_name,
    sum(g.debit) AS debit,
    sum(g.credit) AS credit
FROM sources AS o
INNER JOIN ledger AS g ON o.source_kind = g.source_kind AND o.source_code = g.source_code
LEFT JOIN customers AS c ON g.customer_code = c.customer_code
WHERE g.community_code = :community_code AND g.unit_code = :unit_code
GROUP BY g.account, g.customer_code, c.customer_name
ORDER BY g.account ASC, g.customer_code ASC
