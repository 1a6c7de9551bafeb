-- BILL-02: tariff charges of units whose month is not cut: Σ rate × days × area ÷ days of the month, rounded once, half up.
--
-- Example: 51.26 m2 at 1.75 a month is 89.705, billed 89.71.
--
-- Reads: due_units, due_rates, due_replacements (temporary)
-- Writes: due_amounts (temporary), one row per month, unit and charge
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, quantity, rate, factor, amount,
    explanation
)
SELECT
    u.community_code,
    u.unit_code,
    u.period,
    r.charge_kind,
    'tariff',
    u.customer_code,
    CASE r.basis WHEN 'area_month' THEN u.area_m2 WHEN 'fixed_month' THEN 1 END,
    r.rate,
    1,
    CASE
        WHEN r.month_rate IS NOT NULL THEN round(r.month_rate * u.area_m2, 2)
        ELSE div(200 * (r.area_rate_days * u.area_m2 + r.fixed_rate_days) + r.month_days, 2 * r.month_days) * 0.01
    END,
    CASE
        WHEN r.is_by_area THEN r.explanation || jsonb_build_object('quantity', CAST(u.area_m2 AS text))
        ELSE r.explanation
    END
FROM due_units AS u
INNER JOIN due_rates AS r
    ON u.community_code = r.community_code AND u.period = r.period AND u.unit_use = r.unit_use AND r.is_clean
WHERE
    NOT u.is_cut
    AND NOT EXISTS (
        SELECT 1
        FROM due_replacements AS k
        WHERE
            k.community_code = u.community_code
            AND k.period = u.period
            AND k.unit_code = u.unit_code
            AND k.charge_kind = r.charge_kind
    )
