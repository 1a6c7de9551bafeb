-- A bill to be explained: whose, how much, what is open of it.
--
-- Reads: billing_runs, bill_states, communities, customers, runs
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
--
-- Params:
--   bill_code (text): the bill
SELECT
    b.bill_code AS bill_code,
    b.run_code AS run_code,
    b.batch_no AS batch_no,
    r.kind AS kind,
    r.state AS run_state,
    r.reverses AS reverses,
    r.drafted_at AS drafted_at,
    r.posted_at AS posted_at,
    r.approved_by AS approved_by,
    b.period AS period,
    b.community_code AS community_code,
    c.community_name AS community_name,
    b.unit_code AS unit_code,
    b.customer_code AS customer_code,
    p.customer_name AS customer_name,
    b.total AS total,
    b.open_balance AS open_balance,
    b.state AS state,
    b.due_on AS due_on,
    b.posted_on AS posted_on,
    w.run_code AS written_by
FROM billing_runs AS r
INNER JOIN bill_states AS b ON r.run_code = b.run_code AND r.batch_no = b.batch_no
INNER JOIN communities AS c ON b.community_code = c.community_code
INNER JOIN customers AS p ON b.customer_code = p.customer_code
LEFT JOIN runs AS w ON r.run_id = w.run_id
WHERE
    r.run_code = regexp_replace(CAST(:bill_code AS text), '-[0-9]+$', '')
    AND b.bill_code = :bill_code
