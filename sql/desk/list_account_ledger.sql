-- The entries of the books that name a unit, newest first.
-- Reads: bills, billing_runs, payment_assignments, allocations, deposit_settlements, ledger
-- Writes: nothing (one row per side of an entry)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
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
    g.entry_code AS entry_code,
    g.posted_on AS posted_on,
    g.account AS account,
    g.customer_code AS customer_code,
    g.debit AS debit,
    g.credit AS credit,
    g.source_kind AS source_kind,
    g.source_code AS source_code,
    g.journal_code AS journal_code
FROM sources AS o
INNER JOIN ledger AS g ON o.source_kind = g.source_kind AND o.source_code = g.source_code
WHERE g.community_code = :community_code AND g.unit_code = :unit_code
ORDER BY g.posted_on DESC, g.entry_code DESC
LIMIT CAST(:page_size AS integer)
