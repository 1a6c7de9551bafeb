-- What paid a bill, or what a payment or credit note paid, at an instant; undone ones too.
--
-- Reads: allocations, payments
-- Writes: nothing (one row per allocation, the oldest first)
-- Rerun: reads only
--
-- Params:
--   bill_code (text): the bill paid; null: any
--   batch_no (integer): its batch; null: any
--   source_code (text): the payment, or the bill with a negative total, that pays; null: any
--   as_of (timestamptz): instant, inclusive
SELECT
    a.source_kind AS source_kind,
    a.source_code AS source_code,
    a.bill_code AS bill_code,
    a.amount AS amount,
    a.allocated_on AS allocated_on,
    CASE WHEN a.undone_at <= CAST(:as_of AS timestamptz) THEN a.undone_on END AS undone_on,
    CASE WHEN a.undone_at <= CAST(:as_of AS timestamptz) THEN a.undone_by END AS undone_by,
    p.received_on AS received_on
FROM allocations AS a
LEFT JOIN payments AS p ON a.source_kind = 'payment' AND a.source_code = p.payment_code
WHERE
    a.allocated_at <= CAST(:as_of AS timestamptz)
    AND (CAST(:bill_code AS text) IS NULL OR (a.bill_code = :bill_code AND a.batch_no = CAST(:batch_no AS integer)))
    AND (CAST(:source_code AS text) IS NULL OR a.source_code = :source_code)
ORDER BY a.allocated_at ASC, a.allocation_id ASC
