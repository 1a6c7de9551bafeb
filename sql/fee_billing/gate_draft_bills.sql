-- The bills of the billing runs a run drafted, with what the gate asks of them.
--
-- Reads: billing_runs, bills, bill_lines
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH drafted AS (
    SELECT
        r.run_code,
        r.period,
        r.community_code,
        r.batch_no
    FROM billing_runs AS r
    WHERE
        r.run_id = :run_id
        AND r.kind = 'billing'
        AND r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')
),

-- Batch by batch (no other is read), bills first: runs and lines have a batch in common, and must not be paired by it.
drafted_bills AS MATERIALIZED (
    SELECT
        b.batch_no,
        b.bill_code,
        b.run_code,
        b.community_code,
        b.unit_code,
        b.customer_code,
        b.total,
        d.period AS run_period,
        b.community_code = d.community_code AND b.period = d.period AS is_of_run
    FROM (SELECT DISTINCT s.batch_no FROM drafted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.run_code,
                c.community_code,
                c.unit_code,
                c.customer_code,
                c.total,
                c.period
            FROM bills AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS b
    INNER JOIN drafted AS d ON b.run_code = d.run_code
),

drafted_lines AS (
    SELECT
        l.batch_no,
        l.bill_code,
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.period,
        l.amount
    FROM (SELECT DISTINCT s.batch_no FROM drafted AS s) AS n
    CROSS JOIN
        LATERAL (
            SELECT
                c.batch_no,
                c.bill_code,
                c.community_code,
                c.unit_code,
                c.customer_code,
                c.period,
                c.amount
            FROM bill_lines AS c
            WHERE c.batch_no = n.batch_no
            OFFSET 0
        ) AS l
)

SELECT
    b.bill_code,
    b.run_code,
    b.unit_code,
    b.customer_code,
    b.total,
    count(l.bill_code) AS lines,
    b.total - coalesce(sum(l.amount), 0) AS total_off,
    coalesce(
        bool_and(
            l.community_code = b.community_code
            AND l.unit_code = b.unit_code
            AND l.customer_code = b.customer_code
        ), TRUE
    ) AS is_own,
    coalesce(max(l.period) <= b.run_period, TRUE) AND b.is_of_run AS is_of_run
FROM drafted_bills AS b
LEFT JOIN drafted_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
GROUP BY b.bill_code, b.run_code, b.unit_code, b.customer_code, b.total, b.run_period, b.is_of_run
