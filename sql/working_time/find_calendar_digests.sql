-- What each calendar says now, as a digest, beside what its compiled clock was made from.
--
-- Reads: calendars, calendar_days, published_holidays, published_years, working_calendars
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params: none
WITH published AS (
    SELECT
        md5(
            concat(
                (
                    SELECT string_agg(concat_ws('|', h.day, h.is_working), ',' ORDER BY h.day)
                    FROM published_holidays AS h
                ),
                (SELECT string_agg(CAST(y.year AS text), ',' ORDER BY y.year) FROM published_years AS y)
            )
        ) AS digest
),

hours AS (
    SELECT
        c.calendar_code,
        min(c.time_zone) AS time_zone,
        bool_or(c.holidays = 'cn') AS is_cn,
        string_agg(
            concat_ws('|', c.weekday, c.opens_at, c.closes_at, c.time_zone, c.holidays), ','
            ORDER BY c.weekday, c.opens_at
        ) AS listed
    FROM calendars AS c
    GROUP BY c.calendar_code
),

own_days AS (
    SELECT
        d.calendar_code,
        string_agg(
            concat_ws('|', d.day, d.is_working, coalesce(CAST(d.opens_at AS text), '-'), d.closes_at), ','
            ORDER BY d.day, d.opens_at
        ) AS listed
    FROM calendar_days AS d
    GROUP BY d.calendar_code
)

SELECT
    h.calendar_code,
    coalesce(h.time_zone, 'Asia/Shanghai') AS time_zone,
    h.is_cn,
    md5(concat_ws('#', h.listed, o.listed, CASE WHEN h.is_cn THEN p.digest END)) AS digest,
    w.digest AS compiled_digest,
    w.axis,
    w.version,
    w.covers_from,
    w.serves_to
FROM hours AS h
CROSS JOIN published AS p
LEFT JOIN own_days AS o ON h.calendar_code = o.calendar_code
LEFT JOIN working_calendars AS w ON h.calendar_code = w.calendar_code
ORDER BY h.calendar_code
