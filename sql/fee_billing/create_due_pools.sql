-- BILL-03: what each shared meter's month costs, whether it may be split, and over what.
--
-- Use above the factor × the median of the months before (where enough are known), or below nought, waits for a release of
-- exactly this cost. A pool that is posted at this cost keeps its shares and is not judged again; another cost is a new
-- edition.
--
-- Example: used 106, 90, 76, 68, 66, 87 in the six months before: median 81.5; above 244.5 the month is abnormal.
--
-- Reads: due_metered, due_meters, due_meter_faults, due_readings, due_pool_units, due_periods (temporary), meters,
-- meter_versions, utility_pools, pool_shares, billing_runs
-- Writes: due_pools (temporary), one row per month and shared meter. fault: why nothing of it is billed; blank: nothing
-- speaks against it. fen, use: blank where a reading is missing
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_pools ON COMMIT DROP AS
WITH ends AS (
    SELECT
        d.meter_code,
        d.period,
        p.reading_window_days,
        g.back,
        CAST(p.first_day - make_interval(months => g.back) AS date) - 1 AS opens_on,
        CAST(p.first_day - make_interval(months => g.back - 1) AS date) - 1 AS closes_on
    FROM due_metered AS d
    INNER JOIN due_periods AS p ON d.community_code = p.community_code AND d.period = p.period
    CROSS JOIN LATERAL generate_series(1, p.abnormal_pool_months) AS g (back)
    WHERE d.unit_code IS NULL
),

earlier AS (
    SELECT
        e.meter_code,
        e.period,
        (c.reading - o.reading) * coalesce((
            SELECT v.multiplier
            FROM meter_versions AS v
            WHERE v.meter_code = e.meter_code
            ORDER BY
                v.valid_from <= e.closes_on DESC, CASE WHEN v.valid_from <= e.closes_on THEN v.valid_from END DESC,
                v.valid_from ASC
            LIMIT 1
        ), m.multiplier, 1) AS use
    FROM ends AS e
    INNER JOIN meters AS m ON e.meter_code = m.meter_code
    INNER JOIN due_readings AS o
        ON e.meter_code = o.meter_code AND e.opens_on = o.day AND e.reading_window_days = o.window_days
    INNER JOIN due_readings AS c
        ON e.meter_code = c.meter_code AND e.closes_on = c.day AND e.reading_window_days = c.window_days
    WHERE
        c.reading >= o.reading
        -- A month in which the multiplier changed is not known without a reading of that day.
        AND NOT EXISTS (
            SELECT 1
            FROM meter_versions AS v
            WHERE v.meter_code = e.meter_code AND v.valid_from > e.opens_on + 1 AND v.valid_from <= e.closes_on
        )
),

listed AS (
    SELECT
        e.meter_code,
        e.period,
        count(*) AS months,
        array_agg(e.use ORDER BY e.use) AS uses
    FROM earlier AS e
    GROUP BY e.meter_code, e.period
),

editions AS (
    SELECT
        d.meter_code,
        d.period,
        s.edition,
        sum(s.share) AS cost,
        sum(s.weight) AS weights,
        count(*) AS households
    FROM due_metered AS d
    INNER JOIN pool_shares AS s ON d.meter_code = s.meter_code AND d.period = s.period
    WHERE d.unit_code IS NULL
    GROUP BY d.meter_code, d.period, s.edition
),

posted AS (
    SELECT DISTINCT ON (e.meter_code, e.period)
        e.meter_code,
        e.period,
        e.edition,
        e.cost,
        e.weights,
        e.households,
        coalesce(r.state = 'posted', FALSE) AS holds
    FROM editions AS e
    INNER JOIN utility_pools AS u ON e.meter_code = u.meter_code AND e.period = u.period
    LEFT JOIN billing_runs AS r ON u.run_code = r.run_code
    ORDER BY e.meter_code ASC, e.period ASC, e.edition DESC
),

ways AS (
    SELECT
        d.meter_code,
        d.period,
        coalesce(v.apportion_by, m.apportion_by, 'area') AS apportion_by
    FROM due_metered AS d
    INNER JOIN due_periods AS p ON d.community_code = p.community_code AND d.period = p.period
    INNER JOIN meters AS m ON d.meter_code = m.meter_code
    LEFT JOIN LATERAL (
        SELECT w.apportion_by
        FROM meter_versions AS w
        WHERE w.meter_code = d.meter_code
        ORDER BY
            w.valid_from < p.end_day DESC, CASE WHEN w.valid_from < p.end_day THEN w.valid_from END DESC,
            w.valid_from ASC
        LIMIT 1
    ) AS v ON TRUE
    WHERE d.unit_code IS NULL
),

buildings AS (
    SELECT
        u.community_code,
        u.period,
        u.building_code,
        count(*) AS households,
        sum(u.area_m2) AS area_m2,
        CASE WHEN bool_and(u.area_parts IS NOT NULL) THEN max(u.area_parts) END AS most_parts
    FROM due_pool_units AS u
    GROUP BY u.community_code, u.period, u.building_code
),

reached AS (
    SELECT
        d.meter_code,
        d.period,
        coalesce(b.households, 0) AS households,
        coalesce(b.area_m2, 0) AS area_m2,
        b.most_parts
    FROM due_metered AS d
    LEFT JOIN buildings AS b
        ON d.community_code = b.community_code AND d.period = b.period AND d.building_code = b.building_code
    WHERE d.unit_code IS NULL AND d.building_code IS NOT NULL
    UNION ALL
    SELECT
        d.meter_code,
        d.period,
        coalesce(sum(b.households), 0),
        coalesce(sum(b.area_m2), 0),
        CASE WHEN bool_and(b.most_parts IS NOT NULL) THEN max(b.most_parts) END
    FROM due_metered AS d
    LEFT JOIN buildings AS b ON d.community_code = b.community_code AND d.period = b.period
    WHERE d.unit_code IS NULL AND d.building_code IS NULL
    GROUP BY d.meter_code, d.period
),

facts AS (
    SELECT
        d.community_code,
        d.period,
        d.meter_code,
        d.building_code,
        d.charge_kind,
        w.apportion_by,
        d.use,
        d.fen,
        p.abnormal_pool_factor,
        d.is_falling,
        coalesce(l.months, 0) AS known_months,
        CASE
            WHEN l.months >= p.abnormal_pool_known_months
                THEN trim_scale((l.uses[(l.months + 1) / 2] + l.uses[l.months / 2 + 1]) / 2)
        END AS median_use,
        coalesce(o.holds AND o.cost * 100 = d.fen, FALSE) AS is_kept,
        o.edition AS posted_edition,
        o.weights AS posted_weights,
        o.households AS posted_households,
        coalesce(u.state = 'released' AND u.released_cost * 100 = d.fen, FALSE) AS is_released,
        e.households,
        CASE w.apportion_by WHEN 'household' THEN e.households ELSE e.area_m2 END AS weights,
        CASE w.apportion_by WHEN 'household' THEN 1 ELSE e.most_parts END AS most_parts,
        d.explanation,
        (
            SELECT min(f.reason)
            FROM due_meter_faults AS f
            WHERE f.meter_code = d.meter_code AND f.period = d.period
        ) AS meter_fault
    FROM due_metered AS d
    INNER JOIN due_periods AS p ON d.community_code = p.community_code AND d.period = p.period
    INNER JOIN ways AS w ON d.meter_code = w.meter_code AND d.period = w.period
    INNER JOIN reached AS e ON d.meter_code = e.meter_code AND d.period = e.period
    LEFT JOIN listed AS l ON d.meter_code = l.meter_code AND d.period = l.period
    LEFT JOIN posted AS o ON d.meter_code = o.meter_code AND d.period = o.period
    LEFT JOIN utility_pools AS u ON d.meter_code = u.meter_code AND d.period = u.period
    WHERE d.unit_code IS NULL
),

numbered AS (
    SELECT
        f.*,
        CASE WHEN f.is_kept THEN f.posted_edition ELSE coalesce(f.posted_edition, 0) + 1 END AS edition,
        CASE
            WHEN f.meter_fault IS NOT NULL THEN f.meter_fault
            WHEN f.is_kept THEN NULL
            WHEN f.weights = 0 THEN 'no_households'
            WHEN f.is_released THEN NULL
            WHEN f.is_falling THEN 'negative_pool'
            WHEN f.use > f.abnormal_pool_factor * f.median_use THEN 'abnormal_pool'
        END AS fault
    FROM facts AS f
)

SELECT
    n.community_code,
    n.period,
    n.meter_code,
    n.building_code,
    n.charge_kind,
    n.apportion_by,
    n.use,
    CAST(n.fen AS bigint) AS fen,
    n.median_use,
    n.known_months,
    n.abnormal_pool_factor,
    n.is_kept,
    n.is_released,
    n.edition,
    n.households,
    n.weights,
    -- Parts and fen multiply to whole numbers of 64 bits, but for areas with very many places.
    n.most_parts IS NOT NULL
    AND greatest(abs(n.fen) * n.most_parts, n.weights * 10000 * n.households) < 9000000000000000000 AS is_narrow,
    CASE
        WHEN n.apportion_by = 'household' THEN CAST(n.weights AS bigint)
        WHEN n.most_parts IS NOT NULL THEN CAST(n.weights * 10000 AS bigint)
    END AS parts,
    n.fault,
    jsonb_build_object(
        'meter', n.meter_code,
        'cost', CAST(n.fen * 0.01 AS text),
        'use', CAST(n.use AS text),
        'by', n.apportion_by,
        'weights', CAST(CASE WHEN n.is_kept THEN n.posted_weights ELSE n.weights END AS text),
        'households', CASE WHEN n.is_kept THEN n.posted_households ELSE n.households END,
        'edition', n.edition
    ) || (n.explanation -> 'metered') || jsonb_build_object('segments', n.explanation -> 'segments') AS explanation
FROM numbered AS n
