-- Bills of balances from before: one per unit, customer and due day, due when it was due, so that its age is right.
--
-- Reads: billing_runs, opening_lines (temporary)
-- Writes: bills, one row per bill
-- Rerun: fails, the rows are there
--
-- Params:
--   run_code (text): run that posts them
INSERT INTO bills (
    bill_code, run_code, period, community_code, unit_code, customer_code, total, due_on, batch_no
)
SELECT
    r.run_code || '-' || lpad(CAST(o.bill_no AS text), greatest(6, length(CAST(o.bill_no AS text))), '0'),
    r.run_code,
    r.period,
    o.community_code,
    o.unit_code,
    o.customer_code,
    sum(o.amount),
    o.due_on,
    r.batch_no
FROM billing_runs AS r
INNER JOIN opening_lines AS o ON r.community_code = o.community_code
WHERE r.run_code = CAST(:run_code AS text)
GROUP BY r.run_code, r.period, r.batch_no, o.community_code, o.unit_code, o.customer_code, o.due_on, o.bill_no
