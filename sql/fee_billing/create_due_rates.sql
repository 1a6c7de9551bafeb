-- What a charge costs a unit of a use that stays the same all month: tariffs that change in the month summed by days, so
-- that no unit need be cut for them.
--
-- Example: 2.80 up to 15 October and 3.10 from the 16th come to 2.80 × 15 + 3.10 × 16 = 91.60 rate-days of 31 days.
--
-- Reads: due_tariffs, due_periods (temporary)
-- Writes: due_rates (temporary), one row per community, month, charge and use; is_clean: exactly one tariff on each day
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_rates ON COMMIT DROP AS
SELECT
    t.community_code,
    t.period,
    t.charge_kind,
    t.unit_use,
    p.month_days,
    bool_and(t.tariffs = 1) AS is_clean,
    coalesce(sum(t.rate * (t.end_day - t.first_day)) FILTER (WHERE t.basis = 'area_month'), 0) AS area_rate_days,
    coalesce(sum(t.rate * (t.end_day - t.first_day)) FILTER (WHERE t.basis = 'fixed_month'), 0) AS fixed_rate_days,
    CASE WHEN min(t.basis) = max(t.basis) THEN min(t.basis) END AS basis,
    CASE WHEN min(t.rate) = max(t.rate) AND min(t.basis) = max(t.basis) THEN trim_scale(min(t.rate)) END AS rate,
    -- One price by area on every day of the calendar month: no days to count.
    CASE
        WHEN
            min(t.basis) = 'area_month' AND max(t.basis) = 'area_month' AND min(t.rate) = max(t.rate)
            AND sum(t.end_day - t.first_day) = p.month_days
            THEN trim_scale(min(t.rate))
    END AS month_rate,
    bool_or(t.basis = 'area_month') AS is_by_area,
    -- Built once: a charge by area adds its area as the quantity.
    jsonb_strip_nulls(jsonb_build_object(
        'segments', jsonb_agg(
            jsonb_build_object(
                'from', t.first_day,
                'to', t.end_day - 1,
                'days', t.end_day - t.first_day,
                'of_days', p.month_days,
                'tariff', t.tariff_code,
                'basis', t.basis,
                'rate', CAST(trim_scale(t.rate) AS text)
            ) ORDER BY t.first_day
        ),
        'quantity', CASE WHEN NOT bool_or(t.basis = 'area_month') THEN '1' END
    )) AS explanation
FROM due_tariffs AS t
INNER JOIN due_periods AS p ON t.community_code = p.community_code AND t.period = p.period
GROUP BY t.community_code, t.period, t.charge_kind, t.unit_use, p.month_days
