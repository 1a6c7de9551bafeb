-- A payment: what the bank or the desk wrote down.
-- Reads: payments, payment_assignments
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
-- Params:
--   payment_code (text): the payment
SELECT
    p.payment_code AS payment_code,
    p.received_on AS received_on,
    p.community_code AS community_code,
    p.unit_code AS unit_code,
    p.payer AS payer,
    p.amount AS amount,
    p.method AS method,
    p.reference AS reference,
    exists(
        SELECT 1 FROM payment_assignments AS a
        WHERE a.payment_code = p.payment_code AND a.ended_at IS NULL AND a.state = 'suspense'
    ) AS in_suspense
FROM payments AS p
WHERE p.payment_code = :payment_code
