-- BILL-03: the units a shared meter's cost may be split over: residential, shop and office, sold or not, there on the last
-- day of the month, with the area in force then.
--
-- Reads: due_meters, due_periods (temporary), units, unit_versions
-- Writes: due_pool_units (temporary), one row per month and unit, where its building or community has a shared meter.
-- area_parts: m2 × 10,000; blank: it has more places, or is larger than any unit
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_pool_units ON COMMIT DROP AS
WITH places AS MATERIALIZED (
    SELECT
        m.community_code,
        m.period,
        p.end_day - 1 AS last_day,
        bool_or(m.building_code IS NULL) AS is_whole
    FROM due_meters AS m
    INNER JOIN due_periods AS p ON m.community_code = p.community_code AND m.period = p.period
    WHERE m.unit_code IS NULL
    GROUP BY m.community_code, m.period, p.end_day
),

buildings AS (
    SELECT DISTINCT
        m.community_code,
        m.period,
        m.building_code
    FROM due_meters AS m
    WHERE m.unit_code IS NULL AND m.building_code IS NOT NULL
),

reached AS (
    SELECT
        p.community_code,
        p.period,
        p.last_day,
        u.building_code,
        u.unit_code,
        u.unit_use,
        u.area_m2,
        u.valid_from
    FROM places AS p
    INNER JOIN units AS u ON p.community_code = u.community_code
    WHERE p.is_whole
    UNION ALL
    SELECT
        p.community_code,
        p.period,
        p.last_day,
        u.building_code,
        u.unit_code,
        u.unit_use,
        u.area_m2,
        u.valid_from
    FROM places AS p
    INNER JOIN buildings AS b ON p.community_code = b.community_code AND p.period = b.period
    INNER JOIN units AS u ON b.community_code = u.community_code AND b.building_code = u.building_code
    WHERE NOT p.is_whole
),

versions AS (
    SELECT
        p.community_code,
        p.period,
        v.unit_code,
        v.unit_use,
        v.area_m2
    FROM places AS p
    INNER JOIN unit_versions AS v ON p.community_code = v.community_code AND p.last_day >= v.valid_from
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM unit_versions AS w
            WHERE
                w.community_code = v.community_code
                AND w.unit_code = v.unit_code
                AND w.valid_from > v.valid_from
                AND w.valid_from <= p.last_day
                AND w.valid_from > date '0001-01-01'
        )
),

in_force AS (
    SELECT
        u.community_code,
        u.period,
        u.building_code,
        u.unit_code,
        CASE
            WHEN v.unit_code IS NOT NULL THEN v.unit_use
            WHEN coalesce(u.valid_from <= u.last_day, TRUE) AND NOT EXISTS (
                SELECT 1
                FROM unit_versions AS w
                WHERE w.community_code = u.community_code AND w.unit_code = u.unit_code
            ) THEN u.unit_use
        END AS unit_use,
        coalesce(v.area_m2, u.area_m2) AS area_m2
    FROM reached AS u
    LEFT JOIN versions AS v
        ON u.community_code = v.community_code AND u.period = v.period AND u.unit_code = v.unit_code
)

SELECT
    f.community_code,
    f.period,
    f.building_code,
    f.unit_code,
    f.area_m2,
    CASE WHEN scale(trim_scale(f.area_m2)) <= 4 AND f.area_m2 < 100000000 THEN CAST(f.area_m2 * 10000 AS bigint) END
        AS area_parts
FROM in_force AS f
WHERE f.unit_use IN ('residential', 'shop', 'office')
