-- Working days of a calendar in a stretch of days, in order.
--
-- Reads: working_days_between (calendars)
-- Writes: nothing
-- Rerun: the same rows for the same calendars
--
-- Params:
--   calendar_code (text): calendar
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
SELECT w.day
FROM working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
WHERE w.calendar_code = CAST(:calendar_code AS text)
ORDER BY w.day
