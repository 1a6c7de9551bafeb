-- Tariff charges of units whose month is cut: Σ rate × quantity × factor × days ÷ days of the calendar month over all its
-- pieces, rounded once, half up; the split over the payers comes after.
--
-- Example: 96 m2 at 2.80 is 268.80 a month; 19 of 28 days of February are 182.40.
--
-- Reads: due_pieces, due_periods (temporary)
-- Writes: due_amounts (temporary), one row per month, unit and charge
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, charged_days, quantity, rate, factor, amount,
    explanation
)
WITH changes AS (
    SELECT
        d.community_code,
        d.period,
        d.unit_code,
        d.charge_kind,
        d.first_day,
        d.end_day,
        d.tariffs,
        d.tariff_code,
        d.basis,
        d.rate,
        d.quantity,
        d.factor,
        d.reason,
        d.application_code,
        coalesce(row(
            d.first_day, d.tariff_code, d.quantity, d.factor, coalesce(d.reason, ''), coalesce(d.application_code, '')
        ) <> lag(row(
            d.end_day, d.tariff_code, d.quantity, d.factor, coalesce(d.reason, ''), coalesce(d.application_code, '')
        )) OVER (
            PARTITION BY d.community_code, d.period, d.unit_code, d.charge_kind
            ORDER BY d.first_day
        ), TRUE) AS is_change
    FROM due_pieces AS d
),

numbered AS (
    SELECT
        c.*,
        count(*) FILTER (WHERE c.is_change) OVER (
            PARTITION BY c.community_code, c.period, c.unit_code, c.charge_kind
            ORDER BY c.first_day
        ) AS segment_no
    FROM changes AS c
),

segments AS (
    SELECT
        n.community_code,
        n.period,
        n.unit_code,
        n.charge_kind,
        min(n.first_day) AS first_day,
        max(n.end_day) AS end_day,
        bool_and(n.tariffs = 1) AS is_clean,
        min(n.tariff_code) AS tariff_code,
        min(n.basis) AS basis,
        min(n.rate) AS rate,
        min(n.quantity) AS quantity,
        min(n.factor) AS factor,
        min(n.reason) AS reason,
        min(n.application_code) AS application_code
    FROM numbered AS n
    GROUP BY n.community_code, n.period, n.unit_code, n.charge_kind, n.segment_no
)

SELECT
    s.community_code,
    s.unit_code,
    s.period,
    s.charge_kind,
    'tariff',
    range_agg(daterange(s.first_day, s.end_day)),
    CASE WHEN min(s.quantity) = max(s.quantity) THEN min(s.quantity) END,
    CASE WHEN min(s.rate) = max(s.rate) AND min(s.basis) = max(s.basis) THEN trim_scale(min(s.rate)) END,
    CASE WHEN min(s.factor) = max(s.factor) THEN min(s.factor) END,
    div(
        200 * sum(s.rate * s.quantity * s.factor * (s.end_day - s.first_day)) + p.month_days, 2 * p.month_days
    ) * 0.01,
    jsonb_build_object('segments', jsonb_agg(
        jsonb_strip_nulls(jsonb_build_object(
            'from', s.first_day,
            'to', s.end_day - 1,
            'days', s.end_day - s.first_day,
            'of_days', p.month_days,
            'tariff', s.tariff_code,
            'basis', s.basis,
            'rate', CAST(trim_scale(s.rate) AS text),
            'quantity', CAST(s.quantity AS text),
            'factor', CAST(trim_scale(s.factor) AS text),
            'reason', s.reason,
            'application', s.application_code
        )) ORDER BY s.first_day
    ))
FROM segments AS s
INNER JOIN due_periods AS p ON s.community_code = p.community_code AND s.period = p.period
GROUP BY s.community_code, s.unit_code, s.period, s.charge_kind, p.month_days
HAVING bool_and(s.is_clean)
