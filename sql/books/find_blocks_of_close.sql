-- What keeps a month from being closed: earlier months with entries that are open, runs of it or of earlier months that
-- wait for a decision or their posting.
--
-- Reads: ledger, period_closes, billing_runs
-- Writes: nothing
-- Rerun: the same rows until they are cleared
--
-- Params:
--   period (text): month to be closed, YYYY-MM
WITH earlier AS (
    SELECT DISTINCT to_char(e.posted_on, 'YYYY-MM') AS period
    FROM ledger AS e
    WHERE e.posted_on < CAST(CAST(:period AS text) || '-01' AS date)
),

blocks AS (
    SELECT
        'open_month' AS kind,
        e.period AS subject,
        e.period
    FROM earlier AS e
    LEFT JOIN period_closes AS c ON e.period = c.period
    WHERE c.period IS NULL
    UNION ALL
    SELECT
        CASE r.state WHEN 'approved' THEN 'not_posted' ELSE 'undecided' END,
        r.run_code,
        r.period
    FROM billing_runs AS r
    WHERE
        r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
        AND r.period <= CAST(:period AS text)
)

SELECT
    b.kind,
    b.subject,
    b.period
FROM blocks AS b
ORDER BY b.kind, b.period, b.subject
