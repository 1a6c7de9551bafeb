-- A payment to be explained: what the bank or the desk wrote down.
--
-- Reads: payments, communities
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
--
-- Params:
--   payment_code (text): the payment
SELECT
    p.payment_code AS payment_code,
    p.received_on AS received_on,
    p.community_code AS community_code,
    c.community_name AS community_name,
    p.unit_code AS unit_code,
    p.payer AS payer,
    p.amount AS amount,
    p.method AS method,
    p.reference AS reference
FROM payments AS p
LEFT JOIN communities AS c ON p.community_code = c.community_code
WHERE p.payment_code = :payment_code
