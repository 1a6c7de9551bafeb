-- What is open of a unit as of the session's instant, due or not: one line per payer and bill.
--
-- Reads: bill_states, customers
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   community_code (text): community
--   unit_code (text): unit
SELECT
    b.customer_code,
    c.customer_name,
    b.bill_code,
    b.period,
    b.due_on,
    b.total,
    b.open_balance
FROM bill_states AS b
INNER JOIN customers AS c ON b.customer_code = c.customer_code
WHERE
    b.community_code = CAST(:community_code AS text)
    AND b.unit_code = CAST(:unit_code AS text)
    AND b.open_balance > 0
ORDER BY b.customer_code, b.due_on, b.period, b.bill_code
