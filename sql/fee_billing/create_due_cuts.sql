-- Units whose month is cut: on some day inside it the payer, area, use, handover, discount or a contract changes.
--
-- All other units have one payer, one area and one use all month, and are computed without looking at days.
--
-- Reads: due_periods, due_discounts, due_replacements, due_choice (temporary), occupancies, units, unit_versions
-- Writes: due_cuts (temporary), one row per month, unit and first day of a segment
-- Rerun: once per transaction
--
-- Params:
--   all_units (boolean): false: only those of due_choice
CREATE TEMPORARY TABLE due_cuts ON COMMIT DROP AS
WITH boundaries AS (
    SELECT
        p.community_code,
        p.period,
        o.unit_code,
        o.start_date AS day
    FROM due_periods AS p
    INNER JOIN occupancies AS o ON p.community_code = o.community_code
    WHERE o.pays_fees AND o.start_date > p.bill_from AND o.start_date < p.end_day
    UNION
    SELECT
        p.community_code,
        p.period,
        o.unit_code,
        o.end_date + 1
    FROM due_periods AS p
    INNER JOIN occupancies AS o ON p.community_code = o.community_code
    WHERE o.pays_fees AND o.end_date >= p.bill_from AND o.end_date + 1 < p.end_day
    UNION
    SELECT
        p.community_code,
        p.period,
        u.unit_code,
        u.handover_date
    FROM due_periods AS p
    INNER JOIN units AS u ON p.community_code = u.community_code
    WHERE u.handover_date > p.bill_from AND u.handover_date < p.end_day
    UNION
    SELECT
        p.community_code,
        p.period,
        v.unit_code,
        v.valid_from
    FROM due_periods AS p
    INNER JOIN unit_versions AS v ON p.community_code = v.community_code
    WHERE v.valid_from > p.bill_from AND v.valid_from < p.end_day
    UNION
    SELECT
        d.community_code,
        d.period,
        d.unit_code,
        d.first_day
    FROM due_discounts AS d
    UNION
    SELECT
        p.community_code,
        p.period,
        d.unit_code,
        d.end_day
    FROM due_discounts AS d
    INNER JOIN due_periods AS p ON d.community_code = p.community_code AND d.period = p.period
    WHERE d.end_day < p.end_day
    UNION
    SELECT
        p.community_code,
        p.period,
        k.unit_code,
        k.first_day
    FROM due_replacements AS k
    INNER JOIN due_periods AS p ON k.community_code = p.community_code AND k.period = p.period
    WHERE k.first_day > p.bill_from
    UNION
    SELECT
        p.community_code,
        p.period,
        k.unit_code,
        k.end_day
    FROM due_replacements AS k
    INNER JOIN due_periods AS p ON k.community_code = p.community_code AND k.period = p.period
    WHERE k.end_day < p.end_day
),

chosen AS (
    SELECT
        b.community_code,
        b.period,
        b.unit_code,
        b.day
    FROM boundaries AS b
    WHERE
        CAST(:all_units AS boolean)
        OR (b.community_code, b.unit_code) IN (
            SELECT
                c.community_code,
                c.unit_code
            FROM due_choice AS c
        )
)

SELECT
    c.community_code,
    c.period,
    c.unit_code,
    c.day
FROM chosen AS c
UNION
SELECT
    c.community_code,
    c.period,
    c.unit_code,
    p.bill_from
FROM chosen AS c
INNER JOIN due_periods AS p ON c.community_code = p.community_code AND c.period = p.period
