-- The lines of the billing runs just written.
--
-- Reads: draft_lines, draft_bills, draft_codes (temporary)
-- Writes: bill_lines, one row per bill, charge, source and month
-- Rerun: once per transaction
--
-- Params:
--   batch_no (integer): batch they are written to
INSERT INTO bill_lines (
    bill_code, charge_kind, charge_source, period, quantity, rate, factor, amount, relief, explanation, community_code,
    unit_code, customer_code, correction_no, batch_no
)
WITH coded AS MATERIALIZED (
    SELECT
        b.community_code,
        b.unit_code,
        b.customer_code,
        c.run_code || b.bill_suffix AS bill_code
    FROM draft_bills AS b
    INNER JOIN draft_codes AS c ON b.community_code = c.community_code
)

SELECT
    b.bill_code,
    d.charge_kind,
    d.charge_source,
    d.period,
    d.quantity,
    d.rate,
    d.factor,
    d.amount,
    d.relief,
    d.explanation,
    d.community_code,
    d.unit_code,
    d.customer_code,
    d.correction_no,
    CAST(:batch_no AS integer) AS batch_no
FROM draft_lines AS d
INNER JOIN coded AS b
    ON d.community_code = b.community_code AND d.unit_code = b.unit_code AND d.customer_code = b.customer_code
