-- The units whose charges change most against the month before: what they are billed now, corrections of earlier months
-- included, beside what the month before came to; and the charge that makes most of the change.
--
-- Reads: bills, bill_lines
-- Writes: nothing; one row per unit, the largest change first
-- Rerun: reads only
--
-- Params:
--   run_code (text): the billing run
--   batch_no (integer): its partition
--   period (text): its month, YYYY-MM
--   before (text): the month before, YYYY-MM
--   posted_runs (text[]): runs posted for the community
--   posted_batches (integer[]): their partitions
--   own_units_only (boolean): leave out units the run bills nothing; else a unit that is billed no more is a change too
--   at_most (integer): units listed
WITH parts AS (
    SELECT
        l.unit_code,
        l.charge_kind,
        l.amount AS now_amount,
        0 AS before_amount,
        TRUE AS is_own
    FROM bills AS b
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE b.batch_no = CAST(:batch_no AS integer) AND b.run_code = CAST(:run_code AS text)
    UNION ALL
    SELECT
        l.unit_code,
        l.charge_kind,
        CASE WHEN l.period = CAST(:period AS text) THEN l.amount ELSE 0 END,
        CASE WHEN l.period = CAST(:before AS text) THEN l.amount ELSE 0 END,
        FALSE
    FROM bills AS b
    INNER JOIN bill_lines AS l ON b.batch_no = l.batch_no AND b.bill_code = l.bill_code
    WHERE
        b.batch_no = any(CAST(:posted_batches AS integer[]))
        AND b.run_code = any(CAST(:posted_runs AS text[]))
        AND l.period IN (CAST(:period AS text), CAST(:before AS text))
),

kinds AS (
    SELECT
        p.unit_code,
        p.charge_kind,
        sum(p.now_amount) AS now_amount,
        sum(p.before_amount) AS before_amount,
        bool_or(p.is_own) AS is_own
    FROM parts AS p
    GROUP BY p.unit_code, p.charge_kind
),

units AS (
    SELECT
        k.unit_code,
        sum(k.now_amount) AS now_amount,
        sum(k.before_amount) AS before_amount,
        bool_or(k.is_own) AS is_own,
        (array_agg(k.charge_kind ORDER BY abs(k.now_amount - k.before_amount) DESC, k.charge_kind ASC))[1] AS main_kind
    FROM kinds AS k
    GROUP BY k.unit_code
)

SELECT
    u.unit_code,
    u.now_amount,
    u.before_amount,
    u.now_amount - u.before_amount AS change,
    u.main_kind
FROM units AS u
WHERE u.now_amount <> u.before_amount AND (u.is_own OR NOT CAST(:own_units_only AS boolean))
ORDER BY abs(u.now_amount - u.before_amount) DESC, u.unit_code ASC
LIMIT CAST(:at_most AS integer)
