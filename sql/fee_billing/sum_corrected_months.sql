-- What a billing run corrects, by the month it concerns.
--
-- Reads: bills, bill_lines
-- Writes: nothing; one row per month with corrections
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): its partition
--   period (text): its month, YYYY-MM
SELECT
    l.period,
    count(*) AS lines,
    sum(l.amount) AS amount
FROM bills AS b
INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
WHERE
    b.batch_no = CAST(:batch_no AS integer)
    AND b.run_code = CAST(:run_code AS text)
    AND (l.period <> CAST(:period AS text) OR l.correction_no > 0)
GROUP BY l.period
ORDER BY l.period ASC
