-- Splits the amounts that go to whoever pays the unit's fees over the payers, by days, with largest remainder; a tie goes
-- to the payer who paid first. The shares add up to the amount to the cent; the relief is split the same way, for itself.
--
-- Example: 89.71 over 11 and 20 days of October: 31.8326 and 57.8774 are 31.83 and 57.88.
--
-- Reads: due_amounts, due_payers (temporary)
-- Writes: due_shares (temporary), one row per month, unit, charge, source and payer
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_shares ON COMMIT DROP AS
WITH paid_days AS (
    SELECT
        a.community_code,
        a.unit_code,
        a.period,
        a.charge_kind,
        a.charge_source,
        y.customer_code,
        min(lower(d.days)) AS first_day,
        sum(upper(d.days) - lower(d.days)) AS days
    FROM due_amounts AS a
    INNER JOIN due_payers AS y
        ON
            a.community_code = y.community_code
            AND a.period = y.period
            AND a.unit_code = y.unit_code
            AND (y.is_there OR a.charged_days IS NOT NULL)
    CROSS JOIN
        LATERAL unnest(
            datemultirange(daterange(y.first_day, y.end_day))
            * coalesce(a.charged_days, datemultirange(daterange(y.first_day, y.end_day)))
        ) AS d (days)
    WHERE a.customer_code IS NULL
    GROUP BY a.community_code, a.unit_code, a.period, a.charge_kind, a.charge_source, y.customer_code
),

floored AS (
    SELECT
        a.community_code,
        a.unit_code,
        a.period,
        a.charge_kind,
        a.charge_source,
        a.quantity,
        a.rate,
        a.factor,
        a.amount,
        a.relief,
        a.explanation,
        d.customer_code,
        d.first_day,
        d.days,
        CAST(sum(d.days) OVER charge AS bigint) AS all_days,
        CAST(abs(a.amount) * 100 AS bigint) AS fen,
        CAST(abs(a.amount) * 100 AS bigint) * d.days / CAST(sum(d.days) OVER charge AS bigint) AS floor_fen,
        CAST(abs(a.amount) * 100 AS bigint) * d.days % CAST(sum(d.days) OVER charge AS bigint) AS remainder,
        CAST(abs(a.relief) * 100 AS bigint) AS relief_fen,
        CAST(abs(a.relief) * 100 AS bigint) * d.days / CAST(sum(d.days) OVER charge AS bigint) AS relief_floor,
        CAST(abs(a.relief) * 100 AS bigint) * d.days % CAST(sum(d.days) OVER charge AS bigint) AS relief_remainder
    FROM paid_days AS d
    INNER JOIN due_amounts AS a
        ON
            d.community_code = a.community_code
            AND d.unit_code = a.unit_code
            AND d.period = a.period
            AND d.charge_kind = a.charge_kind
            AND d.charge_source = a.charge_source
            AND a.customer_code IS NULL
    WINDOW charge AS (
        PARTITION BY d.community_code, d.unit_code, d.period, d.charge_kind, d.charge_source
    )
),

ranked AS (
    SELECT
        f.*,
        f.fen - sum(f.floor_fen) OVER charge AS spare_fen,
        row_number() OVER (
            PARTITION BY f.community_code, f.unit_code, f.period, f.charge_kind, f.charge_source
            ORDER BY f.remainder DESC, f.first_day ASC, f.customer_code ASC
        ) AS place,
        f.relief_fen - sum(f.relief_floor) OVER charge AS relief_spare,
        row_number() OVER (
            PARTITION BY f.community_code, f.unit_code, f.period, f.charge_kind, f.charge_source
            ORDER BY f.relief_remainder DESC, f.first_day ASC, f.customer_code ASC
        ) AS relief_place
    FROM floored AS f
    WINDOW charge AS (
        PARTITION BY f.community_code, f.unit_code, f.period, f.charge_kind, f.charge_source
    )
)

SELECT
    r.community_code,
    r.unit_code,
    r.period,
    r.charge_kind,
    r.charge_source,
    r.customer_code,
    r.quantity,
    r.rate,
    r.factor,
    sign(r.amount) * (r.floor_fen + CASE WHEN r.place <= r.spare_fen THEN 1 ELSE 0 END) * 0.01 AS amount,
    sign(r.relief) * (r.relief_floor + CASE WHEN r.relief_place <= r.relief_spare THEN 1 ELSE 0 END) * 0.01 AS relief,
    CASE
        WHEN r.days = r.all_days THEN r.explanation
        ELSE r.explanation || jsonb_build_object(
            'month', CAST(r.amount AS text), 'payer_days', r.days, 'charged_days', r.all_days
        )
    END AS explanation
FROM ranked AS r
