-- Payments that wait in suspense since before a day.
-- Reads: payment_assignments, payments
-- Writes: nothing (one row)
-- Rerun: the same answer
-- Params:
--   received_before (date): day, exclusive
SELECT
    count(*) AS payments,
    coalesce(sum(a.amount), 0) AS amount,
    min(p.received_on) AS oldest_on
FROM payment_assignments AS a
INNER JOIN payments AS p ON a.payment_code = p.payment_code
WHERE
    a.ended_at IS NULL AND a.state = 'suspense' AND a.amount <> 0
    AND p.received_on < CAST(:received_before AS date)
