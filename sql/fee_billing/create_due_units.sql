-- Every unit of the months to compute, with what stays the same all month.
--
-- Reads: due_periods, due_cuts, due_segments, due_choice (temporary), units, unit_versions, occupancies
-- Writes: due_units (temporary), one row per month and unit. customer_code: its payer on every day billed; blank: several,
-- or none, or two on one day (fewest and most payers of a day tell). unit_use blank: cut, or not there yet
-- Rerun: once per transaction
--
-- Params:
--   all_units (boolean): false: only those of due_choice
CREATE TEMPORARY TABLE due_units ON COMMIT DROP AS
WITH cut AS (
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        coalesce(min(s.payers) FILTER (WHERE s.unit_use IS NOT NULL), 1) AS fewest_payers,
        coalesce(max(s.payers) FILTER (WHERE s.unit_use IS NOT NULL), 1) AS most_payers,
        min(s.customer_code) FILTER (WHERE s.unit_use IS NOT NULL) AS first_code,
        max(s.customer_code) FILTER (WHERE s.unit_use IS NOT NULL) AS last_code
    FROM due_segments AS s
    GROUP BY s.community_code, s.period, s.unit_code
),

versions AS (
    SELECT
        p.community_code,
        p.period,
        v.unit_code,
        v.unit_use,
        v.area_m2
    FROM due_periods AS p
    INNER JOIN unit_versions AS v ON p.community_code = v.community_code AND p.bill_from >= v.valid_from
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM unit_versions AS w
            WHERE
                w.community_code = v.community_code
                AND w.unit_code = v.unit_code
                AND w.valid_from > v.valid_from
                AND w.valid_from <= p.bill_from
                AND w.valid_from > date '0001-01-01'
        )
),

in_force AS (
    SELECT
        p.community_code,
        p.period,
        u.unit_code,
        u.building_code,
        u.handover_date,
        p.bill_from,
        p.developer_code,
        -- Without any version the register's row holds, as far back as it says.
        CASE
            WHEN v.unit_code IS NOT NULL THEN v.unit_use
            WHEN coalesce(u.valid_from <= p.bill_from, TRUE) AND NOT EXISTS (
                SELECT 1
                FROM unit_versions AS w
                WHERE w.community_code = u.community_code AND w.unit_code = u.unit_code
            ) THEN u.unit_use
        END AS unit_use,
        CASE
            WHEN v.unit_code IS NOT NULL THEN v.area_m2
            WHEN coalesce(u.valid_from <= p.bill_from, TRUE) AND NOT EXISTS (
                SELECT 1
                FROM unit_versions AS w
                WHERE w.community_code = u.community_code AND w.unit_code = u.unit_code
            ) THEN u.area_m2
        END AS area_m2
    FROM due_periods AS p
    INNER JOIN units AS u ON p.community_code = u.community_code
    LEFT JOIN versions AS v
        ON u.community_code = v.community_code AND p.period = v.period AND u.unit_code = v.unit_code
    WHERE
        CAST(:all_units AS boolean)
        OR (u.community_code, u.unit_code) IN (
            SELECT
                c.community_code,
                c.unit_code
            FROM due_choice AS c
        )
),

payers AS (
    SELECT
        p.community_code,
        p.period,
        o.unit_code,
        min(o.customer_code) AS first_code,
        max(o.customer_code) AS last_code
    FROM due_periods AS p
    INNER JOIN occupancies AS o ON p.community_code = o.community_code
    WHERE o.pays_fees AND o.start_date <= p.bill_from AND (o.end_date IS NULL OR o.end_date >= p.bill_from)
    GROUP BY p.community_code, p.period, o.unit_code
)

SELECT
    f.community_code,
    f.period,
    f.unit_code,
    f.building_code,
    CASE WHEN c.unit_code IS NULL THEN f.unit_use END AS unit_use,
    CASE WHEN c.unit_code IS NULL THEN f.area_m2 END AS area_m2,
    c.unit_code IS NOT NULL AS is_cut,
    CASE
        WHEN c.unit_code IS NOT NULL THEN c.fewest_payers
        WHEN y.unit_code IS NOT NULL OR f.unit_use IS NULL THEN 1
        WHEN f.developer_code IS NOT NULL AND (f.handover_date IS NULL OR f.handover_date > f.bill_from) THEN 1
        ELSE 0
    END AS fewest_payers,
    CASE
        WHEN c.unit_code IS NOT NULL THEN c.most_payers
        WHEN y.first_code <> y.last_code THEN 2
        ELSE 1
    END AS most_payers,
    CASE
        WHEN c.unit_code IS NOT NULL
            THEN CASE
                WHEN c.first_code = c.last_code AND c.fewest_payers = 1 AND c.most_payers = 1 THEN c.first_code
            END
        WHEN y.unit_code IS NOT NULL THEN CASE WHEN y.first_code = y.last_code THEN y.first_code END
        WHEN f.handover_date IS NULL OR f.handover_date > f.bill_from THEN f.developer_code
    END AS customer_code
FROM in_force AS f
LEFT JOIN cut AS c ON f.community_code = c.community_code AND f.period = c.period AND f.unit_code = c.unit_code
LEFT JOIN payers AS y ON f.community_code = y.community_code AND f.period = y.period AND f.unit_code = y.unit_code
