-- The bills of a unit, newest first.
-- Reads: bill_states, customers, billing_runs
-- Writes: nothing (one row per bill)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
--   page_size (integer): rows at most
SELECT
    b.bill_code AS bill_code,
    b.run_code AS run_code,
    r.kind AS kind,
    b.period AS period,
    b.customer_code AS customer_code,
    c.customer_name AS customer_name,
    b.total AS total,
    b.open_balance AS open_balance,
    b.state AS state,
    b.due_on AS due_on,
    b.posted_on AS posted_on
FROM bill_states AS b
INNER JOIN billing_runs AS r ON b.run_code = r.run_code
INNER JOIN customers AS c ON b.customer_code = c.customer_code
WHERE
    b.community_code = :community_code AND b.unit_code = :unit_code
    AND r.state NOT IN ('superseded', 'rejected')
ORDER BY coalesce(b.due_on, r.drafted_at) DESC, b.bill_code DESC
LIMIT CAST(:page_size AS integer)
