-- The next bills of a run whose payers were not told yet, in the order of their codes.
--
-- Reads: billing_runs, bills, bill_deliveries
-- Writes: nothing; one row per bill
-- Rerun: no rows once all are told, or when the run was reversed meanwhile
--
-- Params:
--   run_code (text): the run
--   batch_no (integer): its batch
--   after_code (text): bill after which to go on, exclusive; the run's code: from the first
--   at_most (integer): rows at most
SELECT
    b.batch_no,
    b.bill_code
FROM bills AS b
WHERE
    b.batch_no = :batch_no
    AND b.run_code = :run_code
    AND b.bill_code > :after_code
    AND b.bill_code <= CAST(:run_code AS text) || '-999999999'
    AND EXISTS (
        SELECT 1
        FROM billing_runs AS r
        WHERE r.run_code = :run_code AND r.state = 'posted'
    )
    AND NOT EXISTS (
        SELECT 1
        FROM bill_deliveries AS d
        WHERE d.batch_no = b.batch_no AND d.bill_code = b.bill_code
    )
ORDER BY b.bill_code
LIMIT :at_most
