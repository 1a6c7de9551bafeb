-- Entries a run wrote, per journal: posted billing runs with their reversals and balances from before, allocations, and
-- settled deposits.
--
-- Reads: billing_runs, bills, allocations, deposit_settlements, ledger, period_closes
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH posted AS MATERIALIZED (
    SELECT
        r.run_code,
        CASE r.kind WHEN 'opening' THEN 'opening' ELSE 'run' END AS source_kind,
        r.batch_no,
        r.posted_on
    FROM billing_runs AS r
    WHERE r.run_id = :run_id AND r.state IN ('posted', 'reversed') AND r.kind IN ('billing', 'opening', 'reversal')
),

sources AS (
    SELECT
        p.source_kind,
        p.run_code AS source_code,
        p.posted_on,
        coalesce(sum(b.total), 0) AS billed
    FROM (SELECT DISTINCT s.batch_no FROM posted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.run_code,
                c.total
            FROM bills AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS b
    INNER JOIN posted AS p ON b.run_code = p.run_code
    GROUP BY p.source_kind, p.run_code, p.posted_on
    UNION ALL
    SELECT
        'allocation',
        CAST(a.allocation_id AS text),
        a.allocated_on,
        NULL
    FROM allocations AS a
    WHERE a.run_id = :run_id AND a.source_kind = 'payment' AND a.undone_at IS NULL
    UNION ALL
    SELECT
        'deposit_event',
        z.contract_code || '/' || CAST(z.event_on AS text) || '/' || z.event,
        z.posted_on,
        NULL
    FROM deposit_settlements AS z
    WHERE z.run_id = :run_id AND z.state = 'settled'
),

journals AS (
    SELECT
        coalesce(e.journal_code, s.source_kind || '/' || s.source_code) AS journal_code,
        s.posted_on,
        s.billed,
        count(e.entry_code) AS entries,
        count(DISTINCT e.community_code) AS communities,
        count(DISTINCT e.posted_on) FILTER (WHERE e.posted_on <> s.posted_on) AS other_days,
        coalesce(sum(e.debit), 0) - coalesce(sum(e.credit), 0) AS difference,
        coalesce(sum(e.debit - e.credit) FILTER (WHERE e.account = 'receivable'), 0) AS receivable,
        count(*) FILTER (
            WHERE e.account IN ('receivable', 'credit', 'deposits', 'agency_deposits') AND e.customer_code IS NULL
        ) AS without_payer
    FROM sources AS s
    LEFT JOIN ledger AS e
        ON
            s.source_kind = e.source_kind
            AND s.source_code = e.source_code
            AND (e.batch_no = 0 OR e.batch_no = any(array(SELECT n.batch_no FROM posted AS n)))
    GROUP BY e.journal_code, s.source_kind, s.source_code, s.posted_on, s.billed
)

SELECT
    j.journal_code,
    j.difference,
    j.entries,
    j.communities,
    j.other_days,
    j.receivable - coalesce(j.billed, j.receivable) AS unbooked,
    j.without_payer
FROM journals AS j
WHERE j.billed IS DISTINCT FROM 0 OR j.entries > 0
