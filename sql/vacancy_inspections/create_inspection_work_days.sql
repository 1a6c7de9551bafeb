-- Working days of the calendars of the communities planned.
--
-- Reads: planned_communities (temporary), calendars, calendar_days, published_holidays
-- Writes: inspection_work_days (temporary), one row per calendar and working day
-- Rerun: once per transaction
--
-- Params:
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
CREATE TEMPORARY TABLE inspection_work_days ON COMMIT DROP AS
SELECT
    w.calendar_code,
    w.day
FROM working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
WHERE w.calendar_code IN (SELECT c.calendar_code FROM planned_communities AS c)
