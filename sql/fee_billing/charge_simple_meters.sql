-- Metered use of units with one tariff, one multiplier and no change in the month: closing less opening reading ×
-- multiplier × rate, rounded once, half up.
--
-- Example: from 103 t to 112 t at 3.27 are 9 × 3.27 = 29.43.
--
-- Reads: due_meters, due_readings (temporary)
-- Writes: due_amounts (temporary), one row per month and meter
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO due_amounts (
    community_code, unit_code, period, charge_kind, charge_source, customer_code, quantity, rate, factor, amount,
    explanation
)
SELECT
    m.community_code,
    m.unit_code,
    m.period,
    m.charge_kind,
    m.meter_code,
    m.customer_code,
    trim_scale((c.reading - o.reading) * m.multiplier),
    m.rate,
    1,
    round((c.reading - o.reading) * m.multiplier * m.rate, 2),
    CAST(
        '{"metered": {"meter": ' || CAST(to_json(m.meter_code) AS text)
        || ', "opening": {"on": "' || CAST(o.read_on AS text) || '", "reading": "' || CAST(o.reading AS text)
        || CASE WHEN o.estimated THEN '", "estimated": true}' ELSE '"}' END
        || ', "closing": {"on": "' || CAST(c.read_on AS text) || '", "reading": "' || CAST(c.reading AS text)
        || CASE WHEN c.estimated THEN '", "estimated": true}' ELSE '"}' END
        || ', "multiplier": "' || CAST(m.multiplier AS text)
        || '", "use": "' || CAST(trim_scale((c.reading - o.reading) * m.multiplier) AS text)
        || '"}, "segments": [{"from": "' || CAST(m.first_day AS text)
        || '", "to": "' || CAST(m.end_day - 1 AS text)
        || '", "days": ' || CAST(m.end_day - m.first_day AS text)
        || ', "of_days": ' || CAST(m.month_days AS text)
        || ', "tariff": ' || CAST(to_json(m.tariff_code) AS text)
        || ', "rate": "' || CAST(m.rate AS text)
        || '", "quantity": "' || CAST(trim_scale((c.reading - o.reading) * m.multiplier) AS text)
        || '", "metered": true}]}' AS jsonb
    )
FROM due_meters AS m
INNER JOIN due_readings AS o
    ON m.meter_code = o.meter_code AND m.opens_on = o.day AND m.opening_window = o.window_days
INNER JOIN due_readings AS c
    ON m.meter_code = c.meter_code AND m.closes_on = c.day AND m.closing_window = c.window_days
WHERE m.is_simple AND c.reading >= o.reading
