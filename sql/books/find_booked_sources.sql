-- Whether a run wrote anything that must stand in the books: posted runs, allocations, settled deposits.
--
-- Reads: billing_runs, allocations, deposit_settlements
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
SELECT r.run_code AS source_code
FROM billing_runs AS r
WHERE r.run_id = :run_id AND r.state IN ('posted', 'reversed')
UNION ALL
SELECT CAST(a.allocation_id AS text)
FROM allocations AS a
WHERE a.run_id = :run_id AND a.source_kind = 'payment' AND a.undone_at IS NULL
UNION ALL
SELECT z.contract_code
FROM deposit_settlements AS z
WHERE z.run_id = :run_id AND z.state = 'settled'
