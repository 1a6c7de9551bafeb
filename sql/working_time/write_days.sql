-- The working days of every calendar: whether a day is worked, and its first opening and last closing.
--
-- A day is decided by the first of: the owner's own row (calendar_days), the published make-up day or holiday (calendars
-- with Chinese holidays), the weekday. A make-up day, or a working own day without hours, has its weekday's hours, else
-- Monday's, else those of the first weekday that has any. Hours are local; a clock change makes a day longer or shorter.
--
-- Reads: working_calendars, calendars, calendar_days, published_holidays
-- Writes: working_days, one row per calendar and working day
-- Rerun: after clear_days only
--
-- Params: none
WITH all_days AS (
    SELECT
        w.calendar_code,
        w.time_zone,
        w.is_cn,
        CAST(s.day AS date) AS day
    FROM working_calendars AS w
    CROSS JOIN generate_series(
        CAST(w.covers_from AT TIME ZONE w.time_zone AS date),
        CAST(w.covers_to AT TIME ZONE w.time_zone AS date) - 1,
        interval '1 day'
    ) AS s (day)
),

own_days AS (
    SELECT DISTINCT ON (d.calendar_code, d.day)
        d.calendar_code,
        d.day,
        d.is_working,
        d.opens_at IS NOT NULL AS has_hours
    FROM calendar_days AS d
    ORDER BY d.calendar_code ASC, d.day ASC, d.is_working DESC
),

judged AS (
    SELECT
        a.calendar_code,
        a.time_zone,
        a.day,
        coalesce(o.is_working AND o.has_hours, FALSE) AS has_own_hours,
        coalesce(o.is_working, h.is_working) AS is_working,
        CAST(extract(ISODOW FROM a.day) AS integer) AS weekday
    FROM all_days AS a
    LEFT JOIN own_days AS o ON a.calendar_code = o.calendar_code AND a.day = o.day
    LEFT JOIN published_holidays AS h ON a.is_cn AND a.day = h.day
),

borrowed AS (
    SELECT
        j.*,
        CASE
            WHEN j.is_working IS NULL THEN j.weekday
            WHEN j.is_working THEN (
                SELECT c.weekday
                FROM calendars AS c
                WHERE c.calendar_code = j.calendar_code
                ORDER BY c.weekday = j.weekday DESC, c.weekday
                LIMIT 1
            )
        END AS hours_of
    FROM judged AS j
),

hours AS (
    SELECT
        b.calendar_code,
        b.day,
        (b.day + c.opens_at) AT TIME ZONE b.time_zone AS opens_at,
        (b.day + c.closes_at) AT TIME ZONE b.time_zone AS closes_at
    FROM borrowed AS b
    INNER JOIN calendars AS c ON b.calendar_code = c.calendar_code AND b.hours_of = c.weekday
    WHERE NOT b.has_own_hours
    UNION ALL
    SELECT
        b.calendar_code,
        b.day,
        (b.day + d.opens_at) AT TIME ZONE b.time_zone,
        (b.day + d.closes_at) AT TIME ZONE b.time_zone
    FROM borrowed AS b
    INNER JOIN calendar_days AS d
        ON b.calendar_code = d.calendar_code AND b.day = d.day AND d.is_working AND d.opens_at IS NOT NULL
    WHERE b.has_own_hours
)

INSERT INTO working_days (calendar_code, day, opens_at, closes_at, hours)
SELECT
    h.calendar_code,
    h.day,
    min(h.opens_at),
    max(h.closes_at),
    range_agg(tstzrange(h.opens_at, h.closes_at))
FROM hours AS h
WHERE h.closes_at > h.opens_at
GROUP BY h.calendar_code, h.day
