-- The meters whose use is billed for the months: those of units, and shared ones, with a tariff on some day of the month.
--
-- A meter counts from its first day to its last, and not before its unit is there. The month's opening boundary is the day
-- before the first day billed (the day that closed the month before), a new meter's its own first day.
--
-- Reads: due_periods, due_units, due_segments, due_use_tariffs (temporary), meters, meter_versions
-- Writes: due_meters (temporary), one row per month and meter. unit_use: of the unit, blank where its month is cut;
-- 'shared' for a shared meter. multiplier blank: it changed at some time. is_simple: one payer or whoever pays the whole
-- month, one tariff, one multiplier
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_meters ON COMMIT DROP AS
WITH versions AS (
    SELECT
        v.meter_code,
        min(v.valid_from) AS valid_from,
        min(v.multiplier) AS multiplier,
        min(v.multiplier) <> max(v.multiplier) AS changes
    FROM meter_versions AS v
    GROUP BY v.meter_code
),

rates AS (
    SELECT
        t.community_code,
        t.period,
        t.charge_kind,
        t.unit_use,
        bool_and(t.tariffs = 1) AND min(t.tariff_code) = max(t.tariff_code) AS is_one,
        min(t.tariff_code) AS tariff_code,
        min(t.rate) AS rate
    FROM due_use_tariffs AS t
    GROUP BY t.community_code, t.period, t.charge_kind, t.unit_use
),

presence AS (
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        r.charge_kind,
        min(s.first_day) AS first_day
    FROM due_segments AS s
    INNER JOIN rates AS r
        ON s.community_code = r.community_code AND s.period = r.period AND s.unit_use = r.unit_use
    GROUP BY s.community_code, s.period, s.unit_code, r.charge_kind
),

there AS (
    SELECT
        s.community_code,
        s.period,
        s.unit_code,
        min(s.first_day) AS first_day
    FROM due_segments AS s
    WHERE s.unit_use IS NOT NULL
    GROUP BY s.community_code, s.period, s.unit_code
),

chosen AS (
    SELECT
        u.community_code,
        u.period,
        m.meter_code,
        m.unit_code,
        m.building_code,
        m.utility AS charge_kind,
        u.unit_use,
        u.is_cut,
        u.customer_code,
        u.fewest_payers = 1 AND u.most_payers = 1 AS has_payers,
        m.valid_from,
        m.valid_to,
        m.multiplier,
        h.first_day AS unit_from,
        r.is_one AND NOT u.is_cut AS is_one,
        r.tariff_code,
        r.rate
    FROM due_units AS u
    INNER JOIN meters AS m ON u.community_code = m.community_code AND u.unit_code = m.unit_code
    LEFT JOIN rates AS r
        ON
            u.community_code = r.community_code
            AND u.period = r.period
            AND m.utility = r.charge_kind
            AND u.unit_use = r.unit_use
    LEFT JOIN presence AS c
        ON
            u.is_cut
            AND u.community_code = c.community_code
            AND u.period = c.period
            AND u.unit_code = c.unit_code
            AND m.utility = c.charge_kind
    LEFT JOIN there AS h
        ON u.is_cut AND u.community_code = h.community_code AND u.period = h.period AND u.unit_code = h.unit_code
    WHERE r.charge_kind IS NOT NULL OR c.charge_kind IS NOT NULL
    UNION ALL
    SELECT
        r.community_code,
        r.period,
        m.meter_code,
        NULL,
        m.building_code,
        r.charge_kind,
        'shared',
        FALSE,
        NULL,
        TRUE,
        m.valid_from,
        m.valid_to,
        m.multiplier,
        NULL,
        FALSE,
        NULL,
        NULL
    FROM rates AS r
    INNER JOIN meters AS m
        ON r.community_code = m.community_code AND r.charge_kind = 'shared_' || m.utility AND m.unit_code IS NULL
    WHERE r.unit_use = 'shared'
),

dated AS (
    SELECT
        c.*,
        p.bill_from,
        p.month_days,
        p.reading_window_days,
        p.opening_window_days,
        coalesce(least(c.valid_from, v.valid_from), date '0001-01-01') AS meter_from,
        greatest(p.bill_from, least(c.valid_from, v.valid_from), c.unit_from) AS first_day,
        least(p.end_day, c.valid_to + 1) AS end_day,
        CASE WHEN NOT coalesce(v.changes, FALSE) THEN trim_scale(coalesce(v.multiplier, c.multiplier, 1)) END AS factor
    FROM chosen AS c
    INNER JOIN due_periods AS p ON c.community_code = p.community_code AND c.period = p.period
    LEFT JOIN versions AS v ON c.meter_code = v.meter_code
)

SELECT
    d.community_code,
    d.period,
    d.meter_code,
    d.unit_code,
    d.building_code,
    d.charge_kind,
    d.unit_use,
    d.is_cut,
    d.customer_code,
    d.has_payers,
    d.first_day,
    d.end_day,
    d.month_days,
    CASE WHEN d.first_day = d.bill_from AND d.meter_from < d.first_day THEN d.first_day - 1 ELSE d.first_day END
        AS opens_on,
    CASE WHEN d.first_day = d.bill_from THEN d.opening_window_days ELSE d.reading_window_days END AS opening_window,
    d.end_day - 1 AS closes_on,
    d.reading_window_days AS closing_window,
    d.factor AS multiplier,
    d.tariff_code,
    d.rate,
    coalesce(d.is_one, FALSE) AND d.factor IS NOT NULL AS is_simple
FROM dated AS d
WHERE d.first_day < d.end_day
