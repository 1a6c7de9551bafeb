-- Which reading counts for the boundaries of the months: the nearest within the window; of two as near the actual one
-- before the estimated one, then the earlier.
--
-- A day's reading closes what comes before its end and opens what comes after: neighbouring months share it. For shared
-- meters also the ends of the months before, whose use a month is compared with.
--
-- Reads: due_meters, due_periods (temporary), meter_readings
-- Writes: due_readings (temporary), one row per meter, boundary day and window with a reading
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_readings ON COMMIT DROP AS
WITH targets AS (
    SELECT
        m.meter_code,
        m.opens_on AS day,
        m.opening_window AS window_days
    FROM due_meters AS m
    UNION
    SELECT
        m.meter_code,
        m.closes_on,
        m.closing_window
    FROM due_meters AS m
    UNION
    SELECT
        m.meter_code,
        CAST(p.first_day - make_interval(months => g.back) AS date) - 1,
        p.reading_window_days
    FROM due_meters AS m
    INNER JOIN due_periods AS p ON m.community_code = p.community_code AND m.period = p.period
    CROSS JOIN LATERAL generate_series(0, p.abnormal_pool_months) AS g (back)
    WHERE m.unit_code IS NULL
),

bounds AS (
    SELECT
        min(t.day - t.window_days) AS first_day,
        least(max(t.day + t.window_days), (SELECT max(p.as_of_day) FROM due_periods AS p)) AS last_day
    FROM targets AS t
)

SELECT DISTINCT ON (t.meter_code, t.day, t.window_days)
    t.meter_code,
    t.day,
    t.window_days,
    r.read_on,
    r.reading,
    coalesce(r.estimated, FALSE) AS estimated
FROM targets AS t
INNER JOIN meter_readings AS r
    ON
        t.meter_code = r.meter_code
        AND r.read_on BETWEEN t.day - t.window_days AND t.day + t.window_days
WHERE
    r.read_on >= (SELECT b.first_day FROM bounds AS b)
    AND r.read_on <= (SELECT b.last_day FROM bounds AS b)
ORDER BY t.meter_code, t.day, t.window_days, abs(r.read_on - t.day), coalesce(r.estimated, FALSE), r.read_on
