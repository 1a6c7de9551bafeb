-- The bills of the billing runs just written.
--
-- Reads: draft_bills, draft_codes (temporary)
-- Writes: bills, one row per run, unit and payer
-- Rerun: once per transaction
--
-- Params:
--   batch_no (integer): batch they are written to
INSERT INTO bills (bill_code, run_code, period, community_code, unit_code, customer_code, total, batch_no)
SELECT
    c.run_code || b.bill_suffix AS bill_code,
    c.run_code,
    c.period,
    b.community_code,
    b.unit_code,
    b.customer_code,
    b.total,
    CAST(:batch_no AS integer) AS batch_no
FROM draft_bills AS b
INNER JOIN draft_codes AS c ON b.community_code = c.community_code
