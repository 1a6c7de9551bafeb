-- What the pieces of a meter's month come to.
--
-- Reads: due_meter_pieces, due_meters, due_readings (temporary)
-- Writes: due_metered (temporary), one row per month and meter that is not simple. fen: Σ use × rate, rounded once, half
-- up, by amount; blank with use and weight where a reading is missing
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_metered ON COMMIT DROP AS
WITH sums AS (
    SELECT
        e.community_code,
        e.period,
        e.meter_code,
        sum(e.weight) AS weight,
        bool_or(e.weight IS NULL) AS is_unread,
        bool_or(e.part_use < 0) AS is_falling,
        bool_or(e.tariffs = 0) AS has_gap,
        bool_or(e.tariffs > 1) AS has_tie,
        min(e.first_day) FILTER (WHERE e.is_unread_change) AS unread_change,
        bool_or(e.tariffs IS NOT NULL) AS is_charged,
        CASE WHEN min(e.rate) = max(e.rate) AND bool_and(e.tariffs = 1) THEN min(e.rate) END AS rate,
        CASE WHEN min(e.multiplier) = max(e.multiplier) THEN min(e.multiplier) END AS multiplier,
        jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'from', e.first_day,
            'to', e.end_day - 1,
            'days', e.days,
            'of_days', m.month_days,
            'tariff', e.tariff_code,
            'rate', CAST(e.rate AS text),
            'quantity', CAST(e.quantity AS text),
            'reading', CASE WHEN e.piece_no > 1 THEN CAST(e.start_reading AS text) END,
            'multiplier', CASE WHEN m.multiplier IS NULL THEN CAST(e.multiplier AS text) END,
            'metered', TRUE
        )) ORDER BY e.first_day) AS segments
    FROM due_meter_pieces AS e
    INNER JOIN due_meters AS m ON e.meter_code = m.meter_code AND e.period = m.period
    GROUP BY e.community_code, e.period, e.meter_code
),

uses AS (
    SELECT
        e.meter_code,
        e.period,
        trim_scale(sum(e.part_use * e.multiplier)) AS use
    FROM (
        SELECT DISTINCT
            i.meter_code,
            i.period,
            i.part_no,
            i.part_use,
            i.multiplier
        FROM due_meter_pieces AS i
    ) AS e
    GROUP BY e.meter_code, e.period
)

SELECT
    s.community_code,
    s.period,
    s.meter_code,
    m.unit_code,
    m.building_code,
    m.charge_kind,
    m.customer_code,
    m.has_payers,
    s.has_gap,
    s.has_tie,
    s.is_unread,
    s.is_falling,
    s.unread_change,
    s.is_charged,
    CASE WHEN NOT s.is_unread THEN u.use END AS use,
    CASE WHEN NOT s.is_unread THEN s.weight END AS weight,
    CASE
        WHEN NOT s.is_unread
            THEN sign(s.weight) * div(200 * abs(s.weight) + 72201776446800, 2 * 72201776446800)
    END AS fen,
    s.rate,
    jsonb_build_object('metered', jsonb_strip_nulls(jsonb_build_object(
        'meter', s.meter_code,
        'opening', jsonb_build_object(
            'on', o.read_on, 'reading', CAST(o.reading AS text), 'estimated', CASE WHEN o.estimated THEN TRUE END
        ),
        'closing', jsonb_build_object(
            'on', c.read_on, 'reading', CAST(c.reading AS text), 'estimated', CASE WHEN c.estimated THEN TRUE END
        ),
        'multiplier', CAST(s.multiplier AS text),
        'use', CAST(u.use AS text)
    )), 'segments', s.segments) AS explanation
FROM sums AS s
INNER JOIN due_meters AS m ON s.meter_code = m.meter_code AND s.period = m.period
INNER JOIN uses AS u ON s.meter_code = u.meter_code AND s.period = u.period
LEFT JOIN due_readings AS o
    ON m.meter_code = o.meter_code AND m.opens_on = o.day AND m.opening_window = o.window_days
LEFT JOIN due_readings AS c
    ON m.meter_code = c.meter_code AND m.closes_on = c.day AND m.closing_window = c.window_days
