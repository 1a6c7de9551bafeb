-- Credit notes pay bills of the same unit and payer; the books need no entry, both are receivable of that payer.
--
-- Reads: credit_shares (temporary)
-- Writes: allocations, one row per note and bill
-- Rerun: nothing is left to pay, or to pay with
--
-- Params:
--   allocated_on (date): day in the books
--   allocated_at (timestamptz): as_of of the run
--   run_id (bigint): run that does it; NULL: none
INSERT INTO allocations (
    source_kind, source_code, batch_no, bill_code, community_code, unit_code, customer_code, amount, allocated_on,
    allocated_at, run_id
)
SELECT
    'credit_note',
    s.note_code,
    s.batch_no,
    s.bill_code,
    s.community_code,
    s.unit_code,
    s.customer_code,
    s.amount,
    CAST(:allocated_on AS date),
    CAST(:allocated_at AS timestamptz),
    CAST(:run_id AS bigint)
FROM credit_shares AS s
ORDER BY s.community_code, s.unit_code, s.customer_code, s.note_code, s.bill_code
