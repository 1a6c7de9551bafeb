-- The bills of a reversed run with the opposite sign, each with the number it had.
--
-- Reads: billing_runs, bills
-- Writes: bills, one row per bill of the reversed run
-- Rerun: fails, the rows are there
--
-- Params:
--   run_code (text): code of the reversal
INSERT INTO bills (
    bill_code, run_code, period, community_code, unit_code, customer_code, total, due_on, batch_no
)
SELECT
    r.run_code || right(b.bill_code, -length(o.run_code)),
    r.run_code,
    b.period,
    b.community_code,
    b.unit_code,
    b.customer_code,
    -b.total,
    r.due_on,
    r.batch_no
FROM billing_runs AS r
INNER JOIN billing_runs AS o ON r.reverses = o.run_code
INNER JOIN bills AS b ON o.batch_no = b.batch_no AND o.run_code = b.run_code
WHERE r.run_code = CAST(:run_code AS text)
