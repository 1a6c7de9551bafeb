-- Calendars whose time zone the database does not know; their clock cannot be compiled.
--
-- Reads: calendars, the database's time zones
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT DISTINCT
    c.calendar_code,
    c.time_zone
FROM calendars AS c
WHERE
    c.time_zone IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM pg_timezone_names AS z
        WHERE z.name = c.time_zone
    )
ORDER BY c.calendar_code
