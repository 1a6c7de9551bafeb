-- Which tariff by consumption holds for metered use on each stretch of days of a month.
--
-- A tariff of the use beats one for all uses. A shared meter has one rate for all units: a tariff for all uses beats one of
-- a use there. Two that tie are kept as a count, so that the charge can be held back. Stretches without a tariff stand in it
-- too, where the charge and use has one on another day of the month.
--
-- Reads: due_periods (temporary), tariffs
-- Writes: due_use_tariffs (temporary), one row per community, month, charge, use (shared meters: 'shared') and stretch of
-- days
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_use_tariffs ON COMMIT DROP AS
WITH priced AS MATERIALIZED (
    SELECT
        p.community_code,
        p.period,
        p.bill_from,
        p.end_day,
        t.tariff_code,
        t.charge_kind,
        t.unit_use,
        t.rate,
        greatest(t.valid_from, p.bill_from) AS tariff_from,
        least(coalesce(t.valid_to + 1, p.end_day), p.end_day) AS tariff_end
    FROM due_periods AS p
    INNER JOIN tariffs AS t ON p.community_code = t.community_code
    WHERE
        t.basis = 'consumption'
        AND t.charge_kind IN ('water', 'electricity', 'shared_water', 'shared_electricity')
        AND t.valid_from < p.end_day
        AND (t.valid_to IS NULL OR t.valid_to >= p.bill_from)
),

meter_uses AS (
    SELECT
        u.unit_use,
        u.is_shared
    FROM (
        VALUES
        ('residential', FALSE),
        ('shop', FALSE),
        ('office', FALSE),
        ('parking', FALSE),
        ('storage', FALSE),
        ('basement', FALSE),
        ('shared', TRUE)
    ) AS u (unit_use, is_shared)
),

offers AS (
    SELECT
        p.community_code,
        p.period,
        p.charge_kind,
        u.unit_use,
        p.tariff_code,
        p.rate,
        p.tariff_from,
        p.tariff_end,
        (p.unit_use IS NULL) = u.is_shared AS is_first_choice
    FROM priced AS p
    INNER JOIN meter_uses AS u
        ON
            u.is_shared = (p.charge_kind IN ('shared_water', 'shared_electricity'))
            AND CASE
                WHEN u.is_shared THEN p.unit_use IS NULL OR p.unit_use IN ('residential', 'shop', 'office')
                ELSE p.unit_use IS NULL OR p.unit_use = u.unit_use
            END
),

boundaries AS (
    SELECT
        p.community_code,
        p.period,
        p.charge_kind,
        p.end_day,
        p.bill_from AS day
    FROM priced AS p
    UNION
    SELECT
        p.community_code,
        p.period,
        p.charge_kind,
        p.end_day,
        p.tariff_from
    FROM priced AS p
    UNION
    SELECT
        p.community_code,
        p.period,
        p.charge_kind,
        p.end_day,
        p.tariff_end
    FROM priced AS p
    WHERE p.tariff_end < p.end_day
),

stretches AS (
    SELECT
        b.community_code,
        b.period,
        b.charge_kind,
        b.day AS first_day,
        lead(b.day, 1, b.end_day)
            OVER (PARTITION BY b.community_code, b.period, b.charge_kind ORDER BY b.day) AS end_day
    FROM boundaries AS b
),

pairs AS (
    SELECT DISTINCT
        o.community_code,
        o.period,
        o.charge_kind,
        o.unit_use
    FROM offers AS o
)

SELECT
    a.community_code,
    a.period,
    a.charge_kind,
    a.unit_use,
    s.first_day,
    s.end_day,
    c.tariffs,
    c.tariff_codes[1] AS tariff_code,
    c.tariff_codes,
    c.rate
FROM pairs AS a
INNER JOIN stretches AS s
    ON a.community_code = s.community_code AND a.period = s.period AND a.charge_kind = s.charge_kind
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE f.place = 1) AS tariffs,
        array_agg(f.tariff_code ORDER BY f.tariff_code) FILTER (WHERE f.place = 1) AS tariff_codes,
        trim_scale(min(f.rate) FILTER (WHERE f.place = 1)) AS rate
    FROM (
        SELECT
            o.tariff_code,
            o.rate,
            rank() OVER (ORDER BY o.is_first_choice DESC) AS place
        FROM offers AS o
        WHERE
            o.community_code = a.community_code
            AND o.period = a.period
            AND o.charge_kind = a.charge_kind
            AND o.unit_use = a.unit_use
            AND o.tariff_from <= s.first_day
            AND o.tariff_end > s.first_day
    ) AS f
) AS c
