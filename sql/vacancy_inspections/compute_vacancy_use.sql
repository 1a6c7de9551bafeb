-- INS-09: the use of every registration in every month so far, and whether the month counts as occupied: more water or
-- electricity than the limit, which is not prorated; exactly the limit is not above it. What is not covered by readings is
-- blank. The digest tells whether anything the month rests on has changed.
--
-- Reads: measured_meters, use_shares, inspected_communities (temporary)
-- Writes: computed_use (temporary), one row per registration and month
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; months that begin later are left out
CREATE TEMPORARY TABLE computed_use ON COMMIT DROP AS
WITH registrations AS (
    SELECT DISTINCT
        m.application_code,
        m.community_code,
        m.unit_code,
        m.first_day,
        m.to_day
    FROM measured_meters AS m
),

months AS (
    SELECT
        r.application_code,
        r.community_code,
        r.unit_code,
        to_char(g.month_start, 'YYYY-MM') AS period,
        greatest(r.first_day, CAST(g.month_start AS date)) AS first_day,
        least(r.to_day, CAST(g.month_start + interval '1 month' AS date) - 1) AS last_day
    FROM registrations AS r
    CROSS JOIN generate_series(
        date_trunc('month', CAST(r.first_day AS timestamp)),
        CAST(least(r.to_day, CAST(:today AS date)) AS timestamp),
        interval '1 month'
    ) AS g (month_start)
),

summed AS (
    SELECT
        s.application_code,
        s.period,
        sum(s.share) FILTER (WHERE s.utility = 'water') AS water_use,
        sum(s.share) FILTER (WHERE s.utility = 'electricity') AS electricity_use,
        max(s.counted_to) FILTER (WHERE s.utility = 'water') AS water_known_to,
        max(s.counted_to) FILTER (WHERE s.utility = 'electricity') AS electricity_known_to,
        sum(hashtextextended(CAST(row(
            s.meter_code, s.first_day, s.last_day, trim_scale(s.from_reading), trim_scale(s.to_reading), s.used, s.share,
            s.is_from_application
        ) AS text), 9)) AS stretches_hash
    FROM use_shares AS s
    GROUP BY s.application_code, s.period
)

SELECT
    m.application_code,
    m.period,
    m.community_code,
    m.unit_code,
    m.first_day,
    m.last_day,
    trim_scale(s.water_use) AS water_use,
    trim_scale(s.electricity_use) AS electricity_use,
    s.water_known_to,
    s.electricity_known_to,
    c.water_limit,
    c.electricity_limit,
    coalesce(round(s.water_use, 9) > c.water_limit, FALSE)
    OR coalesce(round(s.electricity_use, 9) > c.electricity_limit, FALSE) AS is_occupied,
    md5(CAST(row(
        m.community_code, m.unit_code, m.first_day, m.last_day, trim_scale(c.water_limit),
        trim_scale(c.electricity_limit), s.stretches_hash
    ) AS text)) AS digest
FROM months AS m
INNER JOIN inspected_communities AS c ON m.community_code = c.community_code
LEFT JOIN summed AS s ON m.application_code = s.application_code AND m.period = s.period
