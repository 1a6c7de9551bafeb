-- What is posted for the months that are computed: lines of posted runs, of reversed ones and of their reversals.
-- Balances from before are no charges of ours and stay out.
--
-- Reads: due_periods (temporary), billing_runs, bills, bill_lines
-- Writes: draft_posted (temporary), one row per unit, charge, source, month and payer
-- Rerun: once per transaction
--
-- Params:
--   batch_nos (integer[]): batches that hold bills of the communities
CREATE TEMPORARY TABLE draft_posted ON COMMIT DROP AS
-- Bills first and by run alone: runs and lines have a batch in common, and must not be paired by it.
WITH posted_bills AS MATERIALIZED (
    SELECT
        b.batch_no,
        b.bill_code
    FROM billing_runs AS r
    INNER JOIN bills AS b ON r.run_code = b.run_code
    LEFT JOIN billing_runs AS o ON r.reverses = o.run_code
    WHERE
        r.state IN ('posted', 'reversed')
        AND coalesce(o.kind, r.kind) = 'billing'
        AND r.community_code IN (SELECT p.community_code FROM due_periods AS p)
        AND b.batch_no = any(CAST(:batch_nos AS integer[]))
)

SELECT
    l.community_code,
    l.unit_code,
    l.period,
    l.charge_kind,
    l.charge_source,
    l.customer_code,
    sum(l.amount) AS amount,
    sum(l.relief) AS relief,
    max(l.correction_no) AS correction_no,
    jsonb_agg(b.bill_code ORDER BY l.correction_no ASC) AS bill_codes
FROM posted_bills AS b
INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
INNER JOIN due_periods AS p ON l.community_code = p.community_code AND l.period = p.period
WHERE
    l.batch_no = any(CAST(:batch_nos AS integer[]))
GROUP BY l.community_code, l.unit_code, l.period, l.charge_kind, l.charge_source, l.customer_code
