-- The lines of a reversed run with the opposite sign; each is the next correction of its charge, so that the month can be
-- billed again and no number is used twice.
--
-- Example: property of October was billed as correction 0; its reversal is correction 1, the new bill correction 2.
--
-- Reads: billing_runs, bills, bill_lines
-- Writes: bill_lines, one row per line of the reversed run
-- Rerun: fails, the rows are there
--
-- Params:
--   run_code (text): code of the reversal
INSERT INTO bill_lines (
    bill_code, charge_kind, charge_source, period, quantity, rate, factor, amount, relief, explanation, community_code,
    unit_code, customer_code, correction_no, batch_no
)
WITH reversing AS MATERIALIZED (
    SELECT
        r.run_code,
        r.batch_no,
        o.run_code AS reversed_code,
        o.batch_no AS reversed_batch,
        o.community_code,
        o.post_no
    FROM billing_runs AS r
    INNER JOIN billing_runs AS o ON r.reverses = o.run_code
    WHERE r.run_code = CAST(:run_code AS text)
),

-- Only what was posted after the reversed run can be a later correction of its lines.
later AS MATERIALIZED (
    SELECT
        l.unit_code,
        l.charge_kind,
        l.charge_source,
        l.period,
        l.customer_code,
        max(l.correction_no) AS correction_no
    FROM reversing AS v
    INNER JOIN billing_runs AS p ON v.community_code = p.community_code AND v.post_no < p.post_no
    INNER JOIN bills AS b ON p.batch_no = b.batch_no AND p.run_code = b.run_code
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE p.state IN ('posted', 'reversed') AND p.kind <> 'opening' AND p.run_code <> v.run_code
    GROUP BY l.unit_code, l.charge_kind, l.charge_source, l.period, l.customer_code
)

SELECT
    v.run_code || right(l.bill_code, -length(v.reversed_code)),
    l.charge_kind,
    l.charge_source,
    l.period,
    l.quantity,
    l.rate,
    l.factor,
    -l.amount,
    -l.relief,
    jsonb_build_object('reverses', l.bill_code),
    l.community_code,
    l.unit_code,
    l.customer_code,
    greatest(l.correction_no, t.correction_no) + 1,
    v.batch_no
FROM reversing AS v
INNER JOIN bills AS b ON v.reversed_batch = b.batch_no AND v.reversed_code = b.run_code
INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
LEFT JOIN later AS t
    ON
        l.unit_code = t.unit_code
        AND l.charge_kind = t.charge_kind
        AND l.charge_source = t.charge_source
        AND l.period = t.period
        AND l.customer_code = t.customer_code
