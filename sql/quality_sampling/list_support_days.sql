-- How many support people stand on the roster of each coming day; days of months for which no roster was loaded at all
-- are left out.
--
-- Reads: roster, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   first_day (date): first day looked at, inclusive, in Asia/Shanghai
--   last_day (date): last day, inclusive
--   roles (text[]): posts that count as support people
WITH months AS (
    SELECT DISTINCT CAST(date_trunc('month', r.shift_date) AS date) AS month_first
    FROM roster AS r
    WHERE
        r.shift_date >= date_trunc('month', CAST(:first_day AS date))
        AND r.shift_date < date_trunc('month', CAST(:last_day AS date)) + interval '1 month'
)

SELECT
    CAST(d.day AS date) AS day,
    CAST(count(DISTINCT s.staff_code) AS integer) AS on_duty
FROM generate_series(CAST(CAST(:first_day AS date) AS timestamp), CAST(:last_day AS date), interval '1 day') AS d (day)
INNER JOIN months AS m ON date_trunc('month', d.day) = m.month_first
LEFT JOIN roster AS r
    ON
        CAST(d.day AS date) = r.shift_date
        AND r.attendance IS DISTINCT FROM 'absent'
        AND r.attendance IS DISTINCT FROM 'leave'
LEFT JOIN staff AS s
    ON
        r.staff_code = s.staff_code
        AND s.role = any(CAST(:roles AS text[]))
        AND coalesce(s.hired_on <= CAST(d.day AS date), TRUE)
        AND coalesce(s.left_on >= CAST(d.day AS date), TRUE)
GROUP BY d.day
ORDER BY d.day
