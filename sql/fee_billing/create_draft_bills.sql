-- The bills of a draft: one per unit and payer, numbered per community by building, unit and customer, with what the
-- digest needs of their lines.
--
-- Reads: draft_lines (temporary), units
-- Writes: draft_bills (temporary), one row per unit and payer
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE draft_bills ON COMMIT DROP AS
-- Hashed before they are grouped, so that a large draft's explanations need not be kept until then.
WITH hashed AS (
    SELECT
        d.community_code,
        d.unit_code,
        d.customer_code,
        d.amount,
        d.relief,
        hash_record_extended(
            row(
                d.unit_code, d.customer_code, d.period, d.charge_kind, d.charge_source, d.correction_no, d.quantity,
                d.rate, d.factor, d.amount, d.relief, d.explanation
            ), 0
        ) AS line_hash
    FROM draft_lines AS d
    OFFSET 0
),

payers AS (
    SELECT
        d.community_code,
        d.unit_code,
        d.customer_code,
        count(*) AS lines,
        sum(d.amount) AS total,
        sum(d.relief) AS relief,
        sum(d.line_hash) AS line_hash
    FROM hashed AS d
    GROUP BY d.community_code, d.unit_code, d.customer_code
)

SELECT
    y.community_code,
    y.unit_code,
    y.customer_code,
    -- Six digits; beyond a million as many as it takes.
    '-' || to_char(row_number() OVER (
        PARTITION BY y.community_code
        ORDER BY u.building_code ASC, y.unit_code ASC, y.customer_code ASC
    ), 'FM999999999000000') AS bill_suffix,
    y.lines,
    y.total,
    y.relief,
    y.line_hash
FROM payers AS y
INNER JOIN units AS u ON y.community_code = u.community_code AND y.unit_code = u.unit_code
