-- Months with entries in the books that are not closed yet, up to a month.
-- Reads: ledger, period_closes
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   last_period (text): last month looked at, YYYY-MM, inclusive
WITH first_month AS (
    SELECT date_trunc('month', CAST(min(g.posted_on) AS timestamp)) AS first_day
    FROM ledger AS g
),

months AS (
    SELECT
        to_char(
            generate_series(f.first_day, to_timestamp(CAST(:last_period AS text), 'YYYY-MM'), make_interval(months => 1)),
            'YYYY-MM'
        ) AS period
    FROM first_month AS f
)

SELECT m.period AS period
FROM months AS m
LEFT JOIN period_closes AS c ON m.period = c.period
WHERE c.period IS NULL
ORDER BY m.period
