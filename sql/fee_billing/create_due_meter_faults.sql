-- Why the use of a meter cannot be billed: a reading is missing, it fell, or its tariffs leave a gap or tie.
--
-- A shared meter that fell is a negative pool, judged with the pools.
--
-- Reads: due_meters, due_readings, due_metered (temporary)
-- Writes: due_meter_faults (temporary), one row per month, meter and reason
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_meter_faults ON COMMIT DROP AS
WITH ends AS (
    SELECT
        m.community_code,
        m.period,
        m.meter_code,
        m.unit_code,
        m.opens_on,
        m.closes_on,
        m.opening_window,
        m.closing_window,
        o.read_on AS opened_on,
        o.reading AS opening,
        c.read_on AS closed_on,
        c.reading AS closing
    FROM due_meters AS m
    LEFT JOIN due_readings AS o
        ON m.meter_code = o.meter_code AND m.opens_on = o.day AND m.opening_window = o.window_days
    LEFT JOIN due_readings AS c
        ON m.meter_code = c.meter_code AND m.closes_on = c.day AND m.closing_window = c.window_days
)

SELECT
    e.community_code,
    e.period,
    e.meter_code,
    'no_reading' AS reason,
    CASE
        WHEN e.opening IS NULL THEN jsonb_build_object('boundary', e.opens_on, 'window', e.opening_window)
        ELSE jsonb_build_object('boundary', e.closes_on, 'window', e.closing_window)
    END AS detail
FROM ends AS e
WHERE e.opening IS NULL OR e.closing IS NULL
UNION ALL
SELECT
    e.community_code,
    e.period,
    e.meter_code,
    'falling_reading',
    jsonb_build_object(
        'opening', jsonb_build_object('on', e.opened_on, 'reading', CAST(e.opening AS text)),
        'closing', jsonb_build_object('on', e.closed_on, 'reading', CAST(e.closing AS text))
    )
FROM ends AS e
LEFT JOIN due_metered AS d ON e.meter_code = d.meter_code AND e.period = d.period
WHERE e.unit_code IS NOT NULL AND (e.closing < e.opening OR d.is_falling)
UNION ALL
SELECT
    d.community_code,
    d.period,
    d.meter_code,
    'no_reading',
    jsonb_build_object('boundary', d.unread_change, 'window', 0)
FROM due_metered AS d
WHERE d.unread_change IS NOT NULL AND NOT d.is_unread
UNION ALL
SELECT
    d.community_code,
    d.period,
    d.meter_code,
    CASE WHEN d.has_tie THEN 'tariff_tie' ELSE 'tariff_gap' END,
    '{}'
FROM due_metered AS d
WHERE d.has_gap OR d.has_tie
