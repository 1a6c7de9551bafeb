-- The entries of all calendars in the compiled clock: the years they cover follow from the data and the longest budget.
--
-- The clock runs from the year before the earliest instant to so many years after the latest that the longest budget,
-- and after it the longest offset of a ladder in any other calendar, end inside it though only 40 weeks of a year are
-- worked. It serves starts up to the end of the year after the latest instant, so it is compiled about once a year.
--
-- Reads: calendars, published_years
-- Writes: working_calendars, one row per calendar given
-- Rerun: writes the same row
--
-- Params:
--   calendar_codes (text[]): all calendars with a known time zone
--   digests (text[]): their digests, in the same order
--   earliest (timestamptz): earliest instant to be placed, inclusive
--   latest (timestamptz): latest instant from which a budget may start, inclusive
--   budget_seconds (bigint): longest budget plus offset, working seconds
--   budget_days (bigint): longest budget, working days
--   more_years (int): years added because a shorter clock was not enough
--   run_id (bigint): run
WITH given AS (
    SELECT
        g.calendar_code,
        g.digest
    FROM unnest(CAST(:calendar_codes AS text[]), CAST(:digests AS text[])) AS g (calendar_code, digest)
),

weeks AS (
    SELECT
        g.calendar_code,
        g.digest,
        coalesce(min(c.time_zone), 'Asia/Shanghai') AS time_zone,
        bool_or(c.holidays = 'cn') AS is_cn,
        sum(extract(EPOCH FROM c.closes_at - c.opens_at)) AS week_seconds,
        count(DISTINCT c.weekday) AS week_days
    FROM given AS g
    INNER JOIN calendars AS c ON g.calendar_code = c.calendar_code
    GROUP BY g.calendar_code, g.digest
),

-- A year missing in between ends what counts as published.
published AS (
    SELECT max(run.year) AS last_year
    FROM (
        SELECT
            y.year,
            y.year - row_number() OVER (ORDER BY y.year) AS stretch,
            min(y.year) OVER () - 1 AS first_stretch
        FROM published_years AS y
    ) AS run
    WHERE run.stretch = run.first_stretch
),

numbered AS (
    SELECT
        w.*,
        row_number() OVER (ORDER BY w.calendar_code)
        + (SELECT coalesce(max(known.axis), 0) FROM working_calendars AS known) AS next_axis,
        1 + CAST(:more_years AS integer) + 2 * max(
            ceil(CAST(:budget_seconds AS numeric) / (w.week_seconds * 40))
            + ceil(CAST(:budget_days AS numeric) / (w.week_days * 40))
        ) OVER () AS years_after
    FROM weeks AS w
)

INSERT INTO working_calendars (
    calendar_code, axis, time_zone, is_cn, published_to, covers_from, serves_to, covers_to, digest, version, run_id
)
SELECT
    n.calendar_code,
    n.next_axis,
    n.time_zone,
    n.is_cn,
    CASE
        WHEN
            n.is_cn
            THEN coalesce(make_timestamptz(p.last_year + 1, 1, 1, 0, 0, 0, n.time_zone), timestamptz '-infinity')
    END,
    date_trunc('year', CAST(:earliest AS timestamptz), n.time_zone) - interval '1 year',
    date_trunc('year', CAST(:latest AS timestamptz), n.time_zone) + interval '2 years',
    date_trunc('year', CAST(:latest AS timestamptz), n.time_zone)
    + make_interval(years => 2 + CAST(least(300, n.years_after) AS integer)),
    n.digest,
    1,
    CAST(:run_id AS bigint)
FROM numbered AS n
CROSS JOIN published AS p
ON CONFLICT (calendar_code) DO UPDATE SET
    time_zone = excluded.time_zone,
    is_cn = excluded.is_cn,
    published_to = excluded.published_to,
    covers_from = excluded.covers_from,
    serves_to = excluded.serves_to,
    covers_to = excluded.covers_to,
    version = working_calendars.version + CAST(working_calendars.digest <> excluded.digest AS integer),
    digest = excluded.digest,
    run_id = excluded.run_id
