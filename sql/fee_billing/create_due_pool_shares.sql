-- BILL-03: a shared meter's cost split over its units by area or household, with largest remainder in whole fen; ties go to
-- the smaller unit code. The shares of a pool add up to its cost to the cent.
--
-- Example: 425.00 over 1,000 units of 90 m2: 42,500 fen leave 42 each and 500 over; the first 500 units by code have 43.
--
-- Reads: due_pools, due_pool_units (temporary), pool_shares
-- Writes: due_pool_shares (temporary), one row per month, shared meter that may be split, and unit; fen: negative where
-- the pool is
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_pool_shares ON COMMIT DROP AS
SELECT
    d.meter_code,
    d.period,
    x.unit_code,
    x.weight,
    CASE WHEN d.fen < 0 THEN -x.fen ELSE x.fen END AS fen
FROM due_pools AS d
CROSS JOIN
    LATERAL (
        SELECT
            r.unit_code,
            r.weight,
            r.floor_fen
            + CASE WHEN row_number() OVER (ORDER BY r.remainder DESC, r.unit_code ASC) <= r.spare_fen THEN 1 ELSE 0 END
                AS fen
        FROM (
            SELECT
                f.unit_code,
                f.weight,
                f.whole / d.parts AS floor_fen,
                f.whole % d.parts AS remainder,
                -- The remainders add up to as many whole parts as there are fen left.
                CAST(sum(f.whole % d.parts) OVER () AS bigint) / d.parts AS spare_fen
            FROM (
                SELECT
                    u.unit_code,
                    CASE d.apportion_by WHEN 'household' THEN 1 ELSE u.area_m2 END AS weight,
                    abs(d.fen) * CASE d.apportion_by WHEN 'household' THEN 1 ELSE u.area_parts END AS whole
                FROM due_pool_units AS u
                WHERE
                    d.building_code IS NOT NULL
                    AND u.community_code = d.community_code
                    AND u.period = d.period
                    AND u.building_code = d.building_code
                UNION ALL
                SELECT
                    u.unit_code,
                    CASE d.apportion_by WHEN 'household' THEN 1 ELSE u.area_m2 END,
                    abs(d.fen) * CASE d.apportion_by WHEN 'household' THEN 1 ELSE u.area_parts END
                FROM due_pool_units AS u
                WHERE d.building_code IS NULL AND u.community_code = d.community_code AND u.period = d.period
            ) AS f
        ) AS r
    ) AS x
WHERE d.fault IS NULL AND NOT d.is_kept AND d.is_narrow
UNION ALL
SELECT
    w.meter_code,
    w.period,
    w.unit_code,
    w.weight,
    CAST(
        w.sign * (
            w.floor_fen + CASE WHEN row_number() OVER (
                PARTITION BY w.meter_code, w.period
                ORDER BY w.remainder DESC, w.unit_code ASC
            ) <= w.spare_fen THEN 1 ELSE 0 END
        ) AS bigint
    )
FROM (
    SELECT
        d.meter_code,
        d.period,
        u.unit_code,
        u.area_m2 AS weight,
        sign(d.fen) AS sign,
        div(abs(d.fen) * u.area_m2, d.weights) AS floor_fen,
        mod(abs(d.fen) * u.area_m2, d.weights) AS remainder,
        abs(d.fen) - sum(div(abs(d.fen) * u.area_m2, d.weights)) OVER (PARTITION BY d.meter_code, d.period)
            AS spare_fen
    FROM due_pools AS d
    INNER JOIN due_pool_units AS u
        ON
            d.community_code = u.community_code
            AND d.period = u.period
            AND (d.building_code IS NULL OR d.building_code = u.building_code)
    WHERE d.fault IS NULL AND NOT d.is_kept AND NOT d.is_narrow
) AS w
UNION ALL
SELECT
    s.meter_code,
    s.period,
    s.unit_code,
    s.weight,
    CAST(s.share * 100 AS bigint)
FROM due_pools AS d
INNER JOIN pool_shares AS s ON d.meter_code = s.meter_code AND d.period = s.period AND d.edition = s.edition
WHERE d.fault IS NULL AND d.is_kept
