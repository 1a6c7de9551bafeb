-- What a calendar lacks over a stretch of days: whether it is loaded at all, and, where holidays matter to it, the years
-- whose notice is not published; of those its days go by weekdays and the owner's own days.
--
-- Reads: calendars, published_years
-- Writes: nothing (one row)
-- Rerun: the same
--
-- Params:
--   calendar_code (text): calendar
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
WITH known AS (
    SELECT
        count(*) > 0 AS is_loaded,
        coalesce(bool_or(c.holidays = 'cn'), FALSE) AS is_cn
    FROM calendars AS c
    WHERE c.calendar_code = CAST(:calendar_code AS text)
)

SELECT
    k.is_loaded,
    array(
        SELECT y.year
        FROM
            generate_series(
                CAST(extract(YEAR FROM CAST(:first_day AS date)) AS integer),
                CAST(extract(YEAR FROM CAST(:last_day AS date)) AS integer)
            ) AS y (year)
        WHERE
            k.is_cn
            AND NOT EXISTS (
                SELECT 1
                FROM published_years AS p
                WHERE p.year = y.year
            )
        ORDER BY y.year ASC
    ) AS missing_years
FROM known AS k
