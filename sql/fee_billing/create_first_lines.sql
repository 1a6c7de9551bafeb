-- What is to be billed now where nothing is posted yet: all of what should be billed.
--
-- Reads: due_lines (temporary)
-- Writes: draft_lines (temporary view), one row per unit, charge, source, month and payer
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY VIEW draft_lines AS
SELECT
    d.community_code,
    d.unit_code,
    d.period,
    d.charge_kind,
    d.charge_source,
    d.customer_code,
    0 AS correction_no,
    d.quantity,
    d.rate,
    d.factor,
    d.amount,
    d.relief,
    d.explanation
FROM due_lines AS d
