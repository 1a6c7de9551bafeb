-- Payments allocated to the bills of billing runs: with the runs reversed, they are the payers' credit again.
--
-- Reads: bills, allocations
-- Writes: undone_allocations (temporary), one row per allocation that holds
-- Rerun: once per undoing
--
-- Params:
--   run_codes (text[]): billing runs
--   undone_by (text): billing run that reverses them
INSERT INTO undone_allocations (allocation_id, undone_by, kept_amount)
SELECT
    a.allocation_id,
    CAST(:undone_by AS text),
    0
FROM bills AS b
INNER JOIN allocations AS a ON b.batch_no = a.batch_no AND b.bill_code = a.bill_code
WHERE b.run_code = any(CAST(:run_codes AS text[])) AND a.source_kind = 'payment' AND a.undone_at IS NULL
