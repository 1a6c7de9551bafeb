-- A bill: whose, how much, what is open of it, how it went out.
-- Reads: billing_runs, bill_states, communities, units, buildings, customers, bill_deliveries
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
-- Params:
--   bill_code (text): the bill
SELECT
    b.bill_code AS bill_code,
    b.run_code AS run_code,
    b.batch_no AS batch_no,
    r.kind AS kind,
    r.state AS run_state,
    b.period AS period,
    b.community_code AS community_code,
    c.community_name AS community_name,
    b.unit_code AS unit_code,
    coalesce(h.building_name, u.building_code) AS building_name,
    b.customer_code AS customer_code,
    p.customer_name AS customer_name,
    b.total AS total,
    b.open_balance AS open_balance,
    b.state AS state,
    b.due_on AS due_on,
    b.posted_on AS posted_on,
    d.way AS way,
    d.told_at AS told_at,
    d.printed_at AS printed_at,
    d.printed_by AS printed_by
FROM billing_runs AS r
INNER JOIN bill_states AS b ON r.run_code = b.run_code AND r.batch_no = b.batch_no
INNER JOIN communities AS c ON b.community_code = c.community_code
INNER JOIN units AS u ON b.community_code = u.community_code AND b.unit_code = u.unit_code
LEFT JOIN buildings AS h ON u.community_code = h.community_code AND u.building_code = h.building_code
INNER JOIN customers AS p ON b.customer_code = p.customer_code
LEFT JOIN bill_deliveries AS d ON b.batch_no = d.batch_no AND b.bill_code = d.bill_code
WHERE
    r.run_code = regexp_replace(CAST(:bill_code AS text), '-[0-9]+$', '')
    AND b.bill_code = :bill_code
