-- Calling days of all calendars in a stretch: whether an attempt was made on one, and when a customer can be called who
-- asked for another time.
--
-- Reads: calendars, calendar_days, published_holidays
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   first_day (date): first day, inclusive
--   last_day (date): last day, inclusive
SELECT
    w.calendar_code,
    w.day
FROM working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
ORDER BY w.calendar_code, w.day
