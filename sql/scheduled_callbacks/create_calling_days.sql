-- Every day of a stretch in every calendar, whether it is a calling day, and how many calling days there were up to it.
-- The end of a window is the calling day whose number is the window's length above that of the day it opens on.
--
-- Worked example, Saturday and Sunday off: Friday 5, Saturday 5, Sunday 5, Monday 6: one working day after any of the
-- first three is Monday.
--
-- Reads: calendars, calendar_days, published_holidays
-- Writes: calling_days (temporary), one row per calendar and day
-- Rerun: after it was dropped
--
-- Params:
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
CREATE TEMPORARY TABLE calling_days ON COMMIT DROP AS
WITH all_days AS (
    SELECT
        k.calendar_code,
        CAST(s.day AS date) AS day
    FROM (SELECT DISTINCT c.calendar_code FROM calendars AS c) AS k
    CROSS JOIN
        generate_series(
            CAST(CAST(:first_day AS date) AS timestamp), CAST(CAST(:last_day AS date) AS timestamp), interval '1 day'
        ) AS s (day)
)

SELECT
    a.calendar_code,
    a.day,
    w.day IS NOT NULL AS is_calling_day,
    count(w.day) OVER (PARTITION BY a.calendar_code ORDER BY a.day) AS day_no
FROM all_days AS a
LEFT JOIN working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
    ON a.calendar_code = w.calendar_code AND a.day = w.day
