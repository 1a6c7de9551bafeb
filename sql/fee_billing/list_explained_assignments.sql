-- Whose a payment was taken to be, in turn, at an instant.
--
-- Reads: payment_assignments, customers, runs
-- Writes: nothing (one row per assignment, the oldest first)
-- Rerun: reads only
--
-- Params:
--   payment_code (text): the payment
--   as_of (timestamptz): instant, inclusive
SELECT
    a.assignment_no AS assignment_no,
    a.state AS state,
    a.community_code AS community_code,
    a.unit_code AS unit_code,
    a.customer_code AS customer_code,
    c.customer_name AS customer_name,
    a.reason AS reason,
    a.reverses AS reverses,
    a.amount AS amount,
    a.assigned_on AS assigned_on,
    a.assigned_at AS assigned_at,
    a.assigned_by AS assigned_by,
    r.run_code AS run_code
FROM payment_assignments AS a
LEFT JOIN runs AS r ON a.run_id = r.run_id
LEFT JOIN customers AS c ON a.customer_code = c.customer_code
WHERE a.payment_code = :payment_code AND a.assigned_at <= CAST(:as_of AS timestamptz)
ORDER BY a.assignment_no ASC
