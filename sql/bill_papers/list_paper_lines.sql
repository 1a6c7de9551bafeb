-- The lines of bills as their papers show them: a bill's own month first, then earlier months, newest first.
--
-- Reads: bill_lines
-- Writes: nothing; one row per line of the bills given
-- Rerun: reads only
--
-- Params:
--   batch_nos (integer[]): batch of each bill
--   bill_codes (text[]): the bills
SELECT
    l.bill_code,
    l.charge_kind,
    l.charge_source,
    l.period,
    l.quantity,
    l.rate,
    l.factor,
    l.amount,
    l.relief,
    l.explanation,
    l.correction_no
FROM unnest(CAST(:batch_nos AS integer[]), CAST(:bill_codes AS text[])) AS k (batch_no, bill_code)
INNER JOIN bill_lines AS l ON k.batch_no = l.batch_no AND k.bill_code = l.bill_code
ORDER BY l.bill_code ASC, l.period DESC, l.charge_kind ASC, l.charge_source ASC
