-- BILL-03, BILL-04: the units' shares of the shared meters' costs; a vacancy discount on a share is borne by the company:
-- billed is the share × the factor by days, rounded half up, and the relief what is left of the share.
--
-- Example: 43 fen, registered vacant for 10 of 31 days: 43 × 26 ÷ 31 = 36.06, billed 0.36, relief 0.07.
--
-- Reads: due_pools, due_pool_shares, due_units, due_segments (temporary)
-- Writes: due_amounts (temporary), one row per month, shared meter and unit
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, factor, amount, relief, explanation
)
WITH factors AS (
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        sum(s.days) AS days,
        sum(s.days * s.factor) AS factor_days,
        CASE WHEN min(s.factor) = max(s.factor) THEN min(s.factor) END AS factor,
        ', "segments": ' || CAST(jsonb_agg(
            jsonb_strip_nulls(jsonb_build_object(
                'from', s.first_day,
                'to', s.end_day - 1,
                'days', s.days,
                'factor', CAST(trim_scale(s.factor) AS text),
                'reason', s.reason,
                'application', s.application_code
            )) ORDER BY s.first_day
        ) AS text) AS segments
    FROM due_segments AS s
    WHERE s.unit_use IS NOT NULL
    GROUP BY s.community_code, s.period, s.unit_code
    HAVING bool_or(s.factor <> 1 OR s.reason IS NOT NULL)
),

pools AS MATERIALIZED (
    SELECT
        d.community_code,
        d.period,
        d.meter_code,
        d.charge_kind,
        '{"pool": ' || CAST(d.explanation AS text) || ', "weight": "' AS opening
    FROM due_pools AS d
    WHERE d.fault IS NULL
)

SELECT
    u.community_code,
    u.unit_code,
    u.period,
    d.charge_kind,
    d.meter_code,
    u.customer_code,
    CASE WHEN f.unit_code IS NULL THEN 1 ELSE f.factor END,
    CASE
        WHEN f.unit_code IS NULL THEN s.fen
        ELSE sign(s.fen) * div(2 * abs(s.fen) * f.factor_days + f.days, 2 * f.days)
    END * 0.01,
    CASE
        WHEN f.unit_code IS NULL THEN 0
        ELSE s.fen - sign(s.fen) * div(2 * abs(s.fen) * f.factor_days + f.days, 2 * f.days)
    END * 0.01,
    CAST(
        d.opening || CAST(s.weight AS text) || '", "share": "' || CAST(s.fen * 0.01 AS text) || '"'
        || coalesce(f.segments, '') || '}' AS jsonb
    )
FROM due_pool_shares AS s
INNER JOIN pools AS d ON s.meter_code = d.meter_code AND s.period = d.period
INNER JOIN due_units AS u
    ON d.community_code = u.community_code AND d.period = u.period AND s.unit_code = u.unit_code
LEFT JOIN factors AS f
    ON u.is_cut AND u.community_code = f.community_code AND u.period = f.period AND u.unit_code = f.unit_code
