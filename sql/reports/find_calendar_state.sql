-- Whether a calendar covers a stretch of days: it is loaded, and where holidays matter each year's notice is published.
--
-- Reads: calendars, published_years
-- Writes: nothing
-- Rerun: the same
--
-- Params:
--   calendar_code (text): calendar
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
SELECT
    count(*) > 0
    AND (
        NOT coalesce(bool_or(c.holidays = 'cn'), FALSE)
        OR NOT EXISTS (
            SELECT 1
            FROM
                generate_series(
                    CAST(extract(YEAR FROM CAST(:first_day AS date)) AS integer),
                    CAST(extract(YEAR FROM CAST(:last_day AS date)) AS integer)
                ) AS y (year)
            WHERE NOT EXISTS (
                SELECT 1
                FROM published_years AS p
                WHERE p.year = y.year
            )
        )
    ) AS is_published
FROM calendars AS c
WHERE c.calendar_code = CAST(:calendar_code AS text)
