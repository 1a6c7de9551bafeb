-- A payment, whose it is, and how much of it others take back.
--
-- Reads: payments, payment_assignments
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   payment_code (text): the payment
--   but_code (text): payment that takes back and is not counted; null: none
SELECT
    p.payment_code,
    p.amount,
    h.state,
    h.community_code,
    h.unit_code,
    h.customer_code,
    coalesce((
        SELECT -sum(r.amount)
        FROM payment_assignments AS r
        WHERE
            r.reverses = p.payment_code
            AND r.state = 'reversal'
            AND r.ended_at IS NULL
            AND r.payment_code IS DISTINCT FROM CAST(:but_code AS text)
    ), 0) AS taken_back
FROM payments AS p
LEFT JOIN payment_assignments AS h ON p.payment_code = h.payment_code AND h.ended_at IS NULL
WHERE p.payment_code = CAST(:payment_code AS text)
