-- BILL-02: which tariff holds for a charge and use on each stretch of days of a month.
--
-- A tariff of the use beats one for all uses; two that tie are kept as a count, so that the charge can be held back.
-- Stretches without a tariff stand in it too, where the charge and use has one on another day of the month.
--
-- Reads: due_periods (temporary), tariffs (priced by month; by consumption is metered use)
-- Writes: due_tariffs (temporary), one row per community, month, charge, use and stretch of days
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_tariffs ON COMMIT DROP AS
WITH priced AS MATERIALIZED (
    SELECT
        p.community_code,
        p.period,
        p.bill_from,
        p.end_day,
        t.tariff_code,
        t.charge_kind,
        t.unit_use,
        t.basis,
        t.rate,
        greatest(t.valid_from, p.bill_from) AS tariff_from,
        least(coalesce(t.valid_to + 1, p.end_day), p.end_day) AS tariff_end
    FROM due_periods AS p
    INNER JOIN tariffs AS t ON p.community_code = t.community_code
    WHERE
        t.basis <> 'consumption'
        AND t.valid_from < p.end_day
        AND (t.valid_to IS NULL OR t.valid_to >= p.bill_from)
),

unit_uses AS (
    SELECT u.unit_use
    FROM (
        VALUES ('residential'), ('shop'), ('office'), ('parking'), ('storage'), ('basement')
    ) AS u (unit_use)
),

pairs AS (
    SELECT DISTINCT
        p.community_code,
        p.period,
        p.charge_kind,
        u.unit_use
    FROM priced AS p
    INNER JOIN unit_uses AS u ON p.unit_use IS NULL OR p.unit_use = u.unit_use
),

boundaries AS (
    SELECT
        p.community_code,
        p.period,
        p.end_day,
        p.bill_from AS day
    FROM priced AS p
    UNION
    SELECT
        p.community_code,
        p.period,
        p.end_day,
        p.tariff_from
    FROM priced AS p
    UNION
    SELECT
        p.community_code,
        p.period,
        p.end_day,
        p.tariff_end
    FROM priced AS p
    WHERE p.tariff_end < p.end_day
),

stretches AS (
    SELECT
        b.community_code,
        b.period,
        b.day AS first_day,
        lead(b.day, 1, b.end_day) OVER (PARTITION BY b.community_code, b.period ORDER BY b.day) AS end_day
    FROM boundaries AS b
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
    c.basis,
    c.rate
FROM pairs AS a
INNER JOIN stretches AS s ON a.community_code = s.community_code AND a.period = s.period
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE f.place = 1) AS tariffs,
        array_agg(f.tariff_code ORDER BY f.tariff_code) FILTER (WHERE f.place = 1) AS tariff_codes,
        min(f.basis) FILTER (WHERE f.place = 1) AS basis,
        min(f.rate) FILTER (WHERE f.place = 1) AS rate
    FROM (
        SELECT
            p.tariff_code,
            p.basis,
            p.rate,
            rank() OVER (ORDER BY p.unit_use IS NULL) AS place
        FROM priced AS p
        WHERE
            p.community_code = a.community_code
            AND p.period = a.period
            AND p.charge_kind = a.charge_kind
            AND (p.unit_use IS NULL OR p.unit_use = a.unit_use)
            AND p.tariff_from <= s.first_day
            AND p.tariff_end > s.first_day
    ) AS f
) AS c
