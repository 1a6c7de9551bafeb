-- The figures of a stored billing run, of which its digest is made; measure_draft.sql gives the same of a draft.
--
-- Reads: bills, bill_lines, billing_exceptions
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): batch of its bills
WITH billed AS (
    SELECT
        count(*) AS lines,
        sum(l.amount) AS total,
        sum(l.relief) AS relief,
        sum(hash_record_extended(
            row(
                l.unit_code, l.customer_code, l.period, l.charge_kind, l.charge_source, l.correction_no, l.quantity,
                l.rate, l.factor, l.amount, l.relief, l.explanation
            ), 0
        )) AS line_hash
    FROM bills AS b
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE
        b.run_code = CAST(:run_code AS text)
        AND b.batch_no = CAST(:batch_no AS integer)
        AND l.batch_no = CAST(:batch_no AS integer)
),

excepted AS (
    SELECT
        count(*) AS exceptions,
        sum(hash_record_extended(row(e.kind, e.period, e.subject, e.units, e.detail), 0)) AS exception_hash
    FROM billing_exceptions AS e
    WHERE e.run_code = CAST(:run_code AS text)
)

SELECT
    b.lines,
    coalesce(b.total, 0) AS total,
    coalesce(b.relief, 0) AS relief,
    coalesce(b.line_hash, 0) AS line_hash,
    e.exceptions,
    coalesce(e.exception_hash, 0) AS exception_hash
FROM billed AS b
CROSS JOIN excepted AS e
