-- The unbroken stretches of working time of every calendar, with the working seconds before each.
--
-- Stretches that touch or overlap become one (24 hours a day is a single stretch). A stretch of length zero stands
-- before the first, so that every instant the clock covers has one that opened before it.
--
-- Reads: working_days, working_calendars
-- Writes: working_segments, one row per calendar and stretch
-- Rerun: after clear_clock only
--
-- Params: none
WITH merged AS (
    SELECT
        d.calendar_code,
        unnest(range_agg(d.hours)) AS stretch
    FROM working_days AS d
    GROUP BY d.calendar_code
),

stretches AS (
    SELECT
        m.calendar_code,
        lower(m.stretch) AS opens_at,
        upper(m.stretch) AS closes_at
    FROM merged AS m
    UNION ALL
    SELECT
        w.calendar_code,
        w.covers_from - interval '2 days',
        w.covers_from - interval '2 days'
    FROM working_calendars AS w
)

INSERT INTO working_segments (calendar_code, opens_at, closes_at, seconds_before)
SELECT
    s.calendar_code,
    s.opens_at,
    s.closes_at,
    coalesce(
        sum(extract(EPOCH FROM s.closes_at - s.opens_at)) OVER (
            PARTITION BY s.calendar_code ORDER BY s.opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        0
    )
FROM stretches AS s
