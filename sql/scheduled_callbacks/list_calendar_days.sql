-- The days worked in each calendar that a community served works by.
--
-- Reads: called_communities (temporary), calendars, calendar_days, published_holidays
-- Writes: nothing
-- Rerun: the same rows for the same calendars
--
-- Params:
--   first_day (date): first day, inclusive
--   last_day (date): last day, inclusive
SELECT
    w.calendar_code,
    array_agg(w.day ORDER BY w.day) AS days
FROM working_days_between(CAST(:first_day AS date), CAST(:last_day AS date)) AS w
WHERE
    w.calendar_code IN (
        SELECT g.calendar_code
        FROM called_communities AS g
    )
GROUP BY w.calendar_code
