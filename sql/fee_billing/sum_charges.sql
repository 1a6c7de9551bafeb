-- What a billing run bills by charge kind, and what the month then comes to beside the month before. What is billed anew
-- after a reversal is no correction.
--
-- Reads: bills, bill_lines
-- Writes: nothing; one row per charge kind of the run or of the month before
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): its partition
--   period (text): its month, YYYY-MM
--   before (text): the month before, YYYY-MM
--   posted_runs (text[]): runs posted for the community
--   posted_batches (integer[]): their partitions
WITH own AS (
    SELECT
        l.charge_kind,
        count(*) AS lines,
        sum(l.amount) AS amount,
        sum(l.relief) AS relief,
        count(*) FILTER (
            WHERE
            l.period <> CAST(:period AS text)
            OR (l.correction_no > 0 AND coalesce(l.explanation -> 'correction' ->> 'posted', '') <> '0.00')
        ) AS corrections,
        coalesce(
            sum(l.amount) FILTER (
                WHERE
                l.period <> CAST(:period AS text)
                OR (l.correction_no > 0 AND coalesce(l.explanation -> 'correction' ->> 'posted', '') <> '0.00')
            ), 0
        ) AS corrected,
        coalesce(sum(l.amount) FILTER (WHERE l.period = CAST(:period AS text)), 0) AS of_month
    FROM bills AS b
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE b.batch_no = CAST(:batch_no AS integer) AND b.run_code = CAST(:run_code AS text)
    GROUP BY l.charge_kind
),

posted AS (
    SELECT
        l.charge_kind,
        coalesce(sum(l.amount) FILTER (WHERE l.period = CAST(:period AS text)), 0) AS of_month,
        coalesce(sum(l.amount) FILTER (WHERE l.period = CAST(:before AS text)), 0) AS of_month_before
    FROM bills AS b
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE
        b.batch_no = any(CAST(:posted_batches AS integer[]))
        AND b.run_code = any(CAST(:posted_runs AS text[]))
        AND l.period IN (CAST(:period AS text), CAST(:before AS text))
    GROUP BY l.charge_kind
)

SELECT
    coalesce(o.charge_kind, p.charge_kind) AS charge_kind,
    coalesce(o.lines, 0) AS lines,
    coalesce(o.amount, 0) AS amount,
    coalesce(o.relief, 0) AS relief,
    coalesce(o.corrections, 0) AS corrections,
    coalesce(o.corrected, 0) AS corrected,
    coalesce(o.of_month, 0) + coalesce(p.of_month, 0) AS of_month,
    coalesce(p.of_month_before, 0) AS of_month_before
FROM own AS o
FULL OUTER JOIN posted AS p ON o.charge_kind = p.charge_kind
ORDER BY coalesce(o.amount, 0) DESC, coalesce(o.charge_kind, p.charge_kind) ASC
