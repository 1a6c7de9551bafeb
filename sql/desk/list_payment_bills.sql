-- The bills a payment has paid; undone rows too.
-- Reads: allocations
-- Writes: nothing (one row per allocation, the oldest first)
-- Rerun: reads only
-- Params:
--   payment_code (text): the payment
SELECT
    a.bill_code AS bill_code,
    a.community_code AS community_code,
    a.unit_code AS unit_code,
    a.amount AS amount,
    a.allocated_on AS allocated_on,
    a.undone_on AS undone_on
FROM allocations AS a
WHERE a.source_kind = 'payment' AND a.source_code = :payment_code
ORDER BY a.allocated_at ASC, a.allocation_id ASC
