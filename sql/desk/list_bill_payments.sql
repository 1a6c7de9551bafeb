-- What has paid a bill, and what a credit note has paid; undone rows too.
-- Reads: allocations, payments
-- Writes: nothing (one row per allocation, the oldest first)
-- Rerun: reads only
-- Params:
--   community_code (text): community of the bill
--   unit_code (text): unit of the bill
--   bill_code (text): the bill
SELECT
    a.source_kind AS source_kind,
    a.source_code AS source_code,
    a.bill_code AS bill_code,
    a.amount AS amount,
    a.allocated_on AS allocated_on,
    a.undone_on AS undone_on,
    a.undone_by AS undone_by,
    p.received_on AS received_on,
    p.method AS method
FROM allocations AS a
LEFT JOIN payments AS p ON a.source_kind = 'payment' AND a.source_code = p.payment_code
WHERE
    (a.community_code = :community_code AND a.unit_code = :unit_code AND a.bill_code = :bill_code)
    OR (a.source_kind = 'credit_note' AND a.source_code = :bill_code)
ORDER BY a.allocated_at ASC, a.allocation_id ASC
