-- What a billing run comes to, by charge: first billings, corrections and relief. What is billed anew after a reversal
-- is no correction.
-- Reads: bills, bill_lines
-- Writes: nothing (one row per charge, the largest first)
-- Rerun: reads only
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): batch its rows stand in
SELECT
    l.charge_kind AS charge_kind,
    count(*) AS lines,
    sum(l.amount) AS amount,
    sum(l.relief) AS relief,
    count(*) FILTER (
        WHERE l.correction_no > 0 AND coalesce(l.explanation -> 'correction' ->> 'posted', '') <> '0.00'
    ) AS corrections,
    coalesce(
        sum(l.amount) FILTER (
            WHERE l.correction_no > 0 AND coalesce(l.explanation -> 'correction' ->> 'posted', '') <> '0.00'
        ), 0
    ) AS corrected
FROM bills AS b
INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
WHERE b.run_code = :run_code AND b.batch_no = :batch_no AND l.batch_no = :batch_no
GROUP BY l.charge_kind
ORDER BY abs(sum(l.amount)) DESC, l.charge_kind ASC
