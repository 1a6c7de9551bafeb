-- What should be billed for the months: one line per unit, charge, source and payer.
--
-- Reads: due_amounts, due_shares (temporary)
-- Writes: due_lines (temporary view); lines without amount and relief are none
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY VIEW due_lines AS
SELECT
    a.community_code,
    a.unit_code,
    a.period,
    a.charge_kind,
    a.charge_source,
    a.customer_code,
    a.quantity,
    a.rate,
    a.factor,
    a.amount,
    a.relief,
    a.explanation
FROM due_amounts AS a
WHERE a.customer_code IS NOT NULL AND (a.amount <> 0 OR a.relief <> 0)
UNION ALL
SELECT
    s.community_code,
    s.unit_code,
    s.period,
    s.charge_kind,
    s.charge_source,
    s.customer_code,
    s.quantity,
    s.rate,
    s.factor,
    s.amount,
    s.relief,
    s.explanation
FROM due_shares AS s
WHERE s.amount <> 0 OR s.relief <> 0
