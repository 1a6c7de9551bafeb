-- The trial balance of a closed month: per community and account what was carried forward, the month's movements, and
-- what is carried forward from it. An account without movement keeps its row while it has a balance.
--
-- Example: receivable carried forward 1,000.00, billed 500.00, paid 600.00: closing 900.00.
--
-- Reads: trial_balances, ledger
-- Writes: trial_balances, one row per community and account
-- Rerun: fails, the rows are there
--
-- Params:
--   period (text): month that was closed, YYYY-MM
INSERT INTO trial_balances (period, community_code, account, opening, debit, credit, closing)
WITH before AS (
    SELECT max(t.period) AS period
    FROM trial_balances AS t
    WHERE t.period < CAST(:period AS text)
),

carried AS (
    SELECT
        b.community_code,
        b.account,
        b.closing AS opening,
        0 AS debit,
        0 AS credit
    FROM before AS f
    INNER JOIN trial_balances AS b ON f.period = b.period
),

moved AS (
    SELECT
        e.community_code,
        e.account,
        0 AS opening,
        sum(e.debit) AS debit,
        sum(e.credit) AS credit
    FROM ledger AS e
    WHERE
        e.posted_on >= CAST(CAST(:period AS text) || '-01' AS date)
        AND e.posted_on < CAST(CAST(:period AS text) || '-01' AS date) + CAST('1 month' AS interval)
    GROUP BY e.community_code, e.account
),

together AS (
    SELECT
        c.community_code,
        c.account,
        c.opening,
        c.debit,
        c.credit
    FROM carried AS c
    UNION ALL
    SELECT
        m.community_code,
        m.account,
        m.opening,
        m.debit,
        m.credit
    FROM moved AS m
)

SELECT
    CAST(:period AS text),
    g.community_code,
    g.account,
    sum(g.opening),
    sum(g.debit),
    sum(g.credit),
    sum(g.opening) + sum(g.debit) - sum(g.credit)
FROM together AS g
GROUP BY g.community_code, g.account
HAVING sum(g.opening) <> 0 OR sum(g.debit) <> 0 OR sum(g.credit) <> 0
