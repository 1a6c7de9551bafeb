-- A reversed run's credit notes pay nothing any more, and its bills are paid by none: what they covered is open again.
--
-- Reads: bills
-- Writes: allocations, the credit notes' rows from and to bills of the run that hold
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): run that is reversed
--   undone_by (text): its reversal
--   undone_on (date): day in the books
--   undone_at (timestamptz): as_of of the reversal
--   run_id (bigint): run that does it; NULL: a command
UPDATE allocations AS a
SET
    undone_on = greatest(CAST(:undone_on AS date), a.allocated_on),
    undone_at = greatest(CAST(:undone_at AS timestamptz), a.allocated_at),
    undone_by = CAST(:undone_by AS text),
    run_id = coalesce(CAST(:run_id AS bigint), a.run_id)
FROM bills AS b
WHERE
    b.run_code = CAST(:run_code AS text)
    AND a.community_code = b.community_code
    AND a.unit_code = b.unit_code
    AND a.source_kind = 'credit_note'
    AND a.undone_at IS NULL
    AND (a.bill_code = b.bill_code OR a.source_code = b.bill_code)
