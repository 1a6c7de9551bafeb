-- Which days are worked, straight from the calendars: for plans that count days and need no hours.
--
-- A day is decided by the first of: the owner's own row (calendar_days), the published make-up day or holiday (calendars
-- with Chinese holidays), the weekday. The compiled clock (write_days.sql) decides by the same order.

CREATE FUNCTION working_days_between(first_day date, last_day date)
RETURNS TABLE (calendar_code text, day date)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    WITH known AS (
        SELECT
            c.calendar_code,
            bool_or(c.holidays = 'cn') AS is_cn,
            array_agg(DISTINCT c.weekday) AS weekdays
        FROM calendars AS c
        GROUP BY c.calendar_code
    ),

    own_days AS (
        SELECT
            d.calendar_code,
            d.day,
            bool_or(d.is_working) AS is_working
        FROM calendar_days AS d
        WHERE d.day BETWEEN first_day AND last_day
        GROUP BY d.calendar_code, d.day
    )

    SELECT
        k.calendar_code,
        CAST(s.day AS date)
    FROM known AS k
    CROSS JOIN generate_series(CAST(first_day AS timestamp), CAST(last_day AS timestamp), interval '1 day') AS s (day)
    LEFT JOIN own_days AS o ON k.calendar_code = o.calendar_code AND CAST(s.day AS date) = o.day
    LEFT JOIN published_holidays AS h ON k.is_cn AND CAST(s.day AS date) = h.day
    WHERE coalesce(o.is_working, h.is_working, extract(ISODOW FROM s.day) = ANY(k.weekdays))
$$;

COMMENT ON FUNCTION working_days_between IS
'Working days of every calendar from the first to the last day, both included; one row per calendar and day.';
