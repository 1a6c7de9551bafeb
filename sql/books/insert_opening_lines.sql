-- Lines of balances from before, one per charge, of the month it was due in; a changed row is a correction.
--
-- Reads: billing_runs, opening_lines (temporary)
-- Writes: bill_lines, one row per bill and charge
-- Rerun: fails, the rows are there
--
-- Params:
--   run_code (text): run that posts them
INSERT INTO bill_lines (
    bill_code, charge_kind, charge_source, period, amount, explanation, community_code, unit_code, customer_code,
    correction_no, batch_no
)
SELECT
    r.run_code || '-' || lpad(CAST(o.bill_no AS text), greatest(6, length(CAST(o.bill_no AS text))), '0'),
    o.charge_kind,
    o.charge_source,
    to_char(o.due_on, 'YYYY-MM'),
    o.amount,
    jsonb_build_object('opening', CAST(o.owed AS text), 'posted', CAST(o.posted AS text), 'due_on', o.due_on),
    o.community_code,
    o.unit_code,
    o.customer_code,
    o.correction_no,
    r.batch_no
FROM billing_runs AS r
INNER JOIN opening_lines AS o ON r.community_code = o.community_code
WHERE r.run_code = CAST(:run_code AS text)
