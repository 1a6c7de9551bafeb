-- Open posted bills of the customers who have money left, in the communities they paid in.
--
-- Reads: free_payments (temporary), billing_runs, bills, allocations
-- Writes: open_bills (temporary), one row per open bill; credit notes and reversed bills are not open
-- Rerun: once after its tables were dropped
--
-- Params:
--   as_of (timestamptz): instant; bills posted after it are not seen
CREATE TEMPORARY TABLE open_bills ON COMMIT DROP AS
WITH owing AS (
    SELECT DISTINCT
        f.community_code,
        f.customer_code
    FROM free_payments AS f
),

paid AS (
    SELECT
        a.batch_no,
        a.bill_code,
        coalesce(sum(a.amount) FILTER (WHERE a.undone_at IS NULL), 0) AS amount,
        max(a.undone_at) AS undone_at
    FROM allocations AS a
    INNER JOIN owing AS o ON a.community_code = o.community_code AND a.customer_code = o.customer_code
    GROUP BY a.batch_no, a.bill_code
)

SELECT
    b.batch_no,
    b.bill_code,
    b.community_code,
    b.unit_code,
    b.customer_code,
    b.period,
    coalesce(b.due_on, r.due_on) AS due_on,
    b.total - coalesce(p.amount, 0) AS open_balance,
    p.undone_at
FROM bills AS b
INNER JOIN owing AS o ON b.community_code = o.community_code AND b.customer_code = o.customer_code
INNER JOIN billing_runs AS r ON b.run_code = r.run_code
LEFT JOIN paid AS p ON b.batch_no = p.batch_no AND b.bill_code = p.bill_code
WHERE
    r.state = 'posted'
    AND r.kind <> 'reversal'
    AND r.posted_at <= CAST(:as_of AS timestamptz)
    AND b.total - coalesce(p.amount, 0) > 0
