-- The last posted billing run of the same community before a run: what it came to.
-- Reads: billing_runs
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
-- Params:
--   run_code (text): the billing run
SELECT
    p.run_code AS run_code,
    p.period AS period,
    p.bills AS bills,
    p.lines AS lines,
    p.total AS total
FROM billing_runs AS r
INNER JOIN billing_runs AS p ON r.community_code = p.community_code
WHERE
    r.run_code = :run_code
    AND p.kind = 'billing' AND p.state = 'posted'
    AND p.period < r.period
ORDER BY p.period DESC, p.attempt DESC
LIMIT 1
