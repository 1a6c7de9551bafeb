-- The bills of a run that differ most from what the same unit and payer were billed the month before.
-- Reads: billing_runs, bills, customers
-- Writes: nothing (one row per bill, the largest difference first)
-- Rerun: reads only
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): batch its bills stand in
--   community_code (text): its community
--   page_size (integer): rows at most
WITH last_run AS (
    SELECT
        p.run_code AS run_code,
        p.batch_no AS batch_no
    FROM billing_runs AS r
    INNER JOIN billing_runs AS p ON r.community_code = p.community_code
    WHERE
        r.run_code = :run_code AND r.community_code = :community_code
        AND p.kind = 'billing' AND p.state = 'posted'
        AND p.period < r.period
    ORDER BY p.period DESC, p.attempt DESC
    LIMIT 1
),

earlier AS (
    SELECT
        b.unit_code AS unit_code,
        b.customer_code AS customer_code,
        b.total AS total
    FROM last_run AS l
    INNER JOIN bills AS b ON l.run_code = b.run_code AND l.batch_no = b.batch_no
),

present AS (
    SELECT
        b.bill_code AS bill_code,
        b.unit_code AS unit_code,
        b.customer_code AS customer_code,
        b.total AS total
    FROM bills AS b
    WHERE b.run_code = :run_code AND b.batch_no = CAST(:batch_no AS integer)
)

SELECT
    n.bill_code AS bill_code,
    coalesce(n.unit_code, e.unit_code) AS unit_code,
    coalesce(n.customer_code, e.customer_code) AS customer_code,
    c.customer_name AS customer_name,
    coalesce(e.total, 0) AS total_before,
    coalesce(n.total, 0) AS total_now,
    coalesce(n.total, 0) - coalesce(e.total, 0) AS change
FROM present AS n
FULL JOIN earlier AS e ON n.unit_code = e.unit_code AND n.customer_code = e.customer_code
INNER JOIN customers AS c ON coalesce(n.customer_code, e.customer_code) = c.customer_code
WHERE
    (SELECT count(l.run_code) FROM last_run AS l) = 1
    AND coalesce(n.total, 0) <> coalesce(e.total, 0)
ORDER BY
    abs(coalesce(n.total, 0) - coalesce(e.total, 0)) DESC,
    coalesce(n.unit_code, e.unit_code) ASC,
    coalesce(n.customer_code, e.customer_code) ASC
LIMIT CAST(:page_size AS integer)
