-- INS-09: what was used between each two readings that follow each other on one meter, for every registration.
--
-- A reading closes its day. Only actual readings count. On the meter in use on the first day the application's reading
-- opens that day and stands for whatever was read before. Every other meter starts with its own first reading.
--
-- Reads: measured_meters (temporary), meter_readings
-- Writes: use_stretches (temporary), one row per registration, meter and stretch that touches its days; first_day and
--     last_day are the stretch's own days, both included
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; later readings are invisible
CREATE TEMPORARY TABLE use_stretches ON COMMIT DROP AS
WITH points AS (
    SELECT
        m.application_code,
        m.meter_code,
        m.first_day - 1 AS read_on,
        m.base_reading AS reading,
        TRUE AS is_base
    FROM measured_meters AS m
    WHERE m.is_in_use AND m.meters_in_use = 1
    UNION ALL
    SELECT
        m.application_code,
        m.meter_code,
        r.read_on,
        r.reading,
        FALSE
    FROM measured_meters AS m
    INNER JOIN meter_readings AS r
        ON
            m.meter_code = r.meter_code
            AND (m.first_day <= r.read_on OR NOT (m.is_in_use AND m.meters_in_use = 1))
            AND r.read_on <= :today
            AND r.estimated IS NOT TRUE
),

pairs AS (
    SELECT
        p.application_code,
        p.meter_code,
        lag(p.read_on) OVER series + 1 AS first_day,
        p.read_on AS last_day,
        lag(p.reading) OVER series AS from_reading,
        p.reading AS to_reading,
        lag(p.is_base) OVER series AS is_from_application
    FROM points AS p
    WINDOW series AS (PARTITION BY p.application_code, p.meter_code ORDER BY p.read_on)
)

SELECT
    m.application_code,
    m.community_code,
    m.unit_code,
    m.utility,
    p.meter_code,
    m.multiplier,
    m.first_day AS registered_from,
    m.to_day AS registered_to,
    p.first_day,
    p.last_day,
    p.last_day - p.first_day + 1 AS days,
    p.from_reading,
    p.to_reading,
    p.is_from_application
FROM pairs AS p
INNER JOIN measured_meters AS m ON p.application_code = m.application_code AND p.meter_code = m.meter_code
WHERE p.first_day <= m.to_day AND p.last_day >= m.first_day
