-- Balances from before that are not posted yet, or not as the register has them now: the difference, numbered as bills,
-- one per unit, customer and due day.
--
-- Example: 500.00 was posted, the row now says 450.00: a credit note of 50.00 with the same due day.
--
-- Reads: opening_balances, units, billing_runs, bills, bill_lines
-- Writes: opening_lines (temporary), one row per unit, customer, charge and due day whose posted amount is another one
-- Rerun: after drop_opening_lines
--
-- Params:
--   community_codes (text[]): communities served
CREATE TEMPORARY TABLE opening_lines ON COMMIT DROP AS
WITH owed AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        o.charge_kind,
        'opening/' || CAST(o.due_on AS text) AS charge_source,
        o.due_on,
        o.amount,
        0 AS posted,
        -1 AS correction_no
    FROM opening_balances AS o
    WHERE o.community_code = any(CAST(:community_codes AS text[]))
    UNION ALL
    SELECT
        l.community_code,
        l.unit_code,
        l.customer_code,
        l.charge_kind,
        l.charge_source,
        b.due_on,
        0,
        l.amount,
        l.correction_no
    FROM billing_runs AS r
    INNER JOIN bills AS b ON r.batch_no = b.batch_no AND r.run_code = b.run_code
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE r.community_code = any(CAST(:community_codes AS text[])) AND r.kind = 'opening' AND r.state = 'posted'
),

differing AS (
    SELECT
        o.community_code,
        o.unit_code,
        o.customer_code,
        o.charge_kind,
        o.charge_source,
        o.due_on,
        sum(o.amount) AS owed,
        sum(o.posted) AS posted,
        sum(o.amount) - sum(o.posted) AS amount,
        max(o.correction_no) + 1 AS correction_no
    FROM owed AS o
    GROUP BY o.community_code, o.unit_code, o.customer_code, o.charge_kind, o.charge_source, o.due_on
    HAVING sum(o.amount) <> sum(o.posted)
)

SELECT
    d.community_code,
    d.unit_code,
    d.customer_code,
    d.charge_kind,
    d.charge_source,
    d.due_on,
    d.owed,
    d.posted,
    d.amount,
    d.correction_no,
    dense_rank() OVER (
        PARTITION BY d.community_code ORDER BY u.building_code, d.unit_code, d.customer_code, d.due_on
    ) AS bill_no
FROM differing AS d
INNER JOIN units AS u ON d.community_code = u.community_code AND d.unit_code = u.unit_code
