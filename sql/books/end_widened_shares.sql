-- Ends what a credit note paid of a bill before, where it pays more of it now: the whole of it is written anew.
--
-- Reads: credit_shares (temporary), allocations
-- Writes: allocations, rows of the same note and bill that still hold
-- Rerun: changes nothing
--
-- Params:
--   undone_on (date): day in the books
--   undone_at (timestamptz): as_of of the run
--   run_id (bigint): run that does it; NULL: none
UPDATE allocations AS a
SET
    undone_on = greatest(CAST(:undone_on AS date), a.allocated_on),
    undone_at = greatest(CAST(:undone_at AS timestamptz), a.allocated_at),
    undone_by = s.note_code,
    run_id = coalesce(CAST(:run_id AS bigint), a.run_id)
FROM credit_shares AS s
WHERE
    a.source_kind = 'credit_note'
    AND a.source_code = s.note_code
    AND a.bill_code = s.bill_code
    AND a.undone_at IS NULL
