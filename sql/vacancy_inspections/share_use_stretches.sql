-- INS-09: shares the use of every stretch over the months it touches, evenly by days, only registered days.
--
-- A month's share is what was used up to its last day less what was used up to the day before its first, each to twelve
-- places: so the shares of a stretch add up to its use exactly. A multiplier that changes inside a stretch holds from its
-- day on. Example: 2.0 t from 16 October to 15 November (31 days): October has 16 of them, 1.032258064516 t, November 15
-- of them, 0.967741935484 t.
--
-- Reads: use_stretches (temporary), meter_versions
-- Writes: use_shares (temporary), one row per stretch and month
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE use_shares ON COMMIT DROP AS
WITH cuts AS (
    SELECT
        s.*,
        greatest(s.first_day, s.registered_from, CAST(g.month_start AS date)) AS counted_from,
        least(s.last_day, s.registered_to, CAST(g.month_start + interval '1 month' AS date) - 1) AS counted_to
    FROM use_stretches AS s
    CROSS JOIN
        generate_series(
            date_trunc('month', CAST(greatest(s.first_day, s.registered_from) AS timestamp)),
            CAST(least(s.last_day, s.registered_to) AS timestamp),
            interval '1 month'
        ) AS g (month_start)
    WHERE s.to_reading >= s.from_reading
),

versions AS (
    SELECT
        v.meter_code,
        v.multiplier,
        CASE
            WHEN row_number() OVER by_day = 1 THEN date '0001-01-01'
            ELSE v.valid_from
        END AS first_day,
        coalesce(lead(v.valid_from) OVER by_day - 1, date '9999-12-31') AS last_day
    FROM meter_versions AS v
    INNER JOIN (
        SELECT DISTINCT s.meter_code
        FROM use_stretches AS s
        WHERE s.multiplier IS NULL
    ) AS several ON v.meter_code = several.meter_code
    WINDOW by_day AS (PARTITION BY v.meter_code ORDER BY v.valid_from)
),

changing_weights AS (
    SELECT
        c.application_code,
        c.meter_code,
        c.first_day,
        c.counted_from,
        sum(v.multiplier * greatest(0, least(c.counted_from - 1, v.last_day) - greatest(c.first_day, v.first_day) + 1))
            AS weight_before,
        sum(v.multiplier * greatest(0, least(c.counted_to, v.last_day) - greatest(c.first_day, v.first_day) + 1))
            AS weight_after,
        sum(v.multiplier * greatest(0, least(c.last_day, v.last_day) - greatest(c.first_day, v.first_day) + 1))
            AS weight
    FROM cuts AS c
    INNER JOIN versions AS v ON c.meter_code = v.meter_code
    WHERE c.multiplier IS NULL
    GROUP BY c.application_code, c.meter_code, c.first_day, c.counted_from
),

weighed AS (
    SELECT
        c.*,
        coalesce(c.multiplier * (c.counted_from - c.first_day), w.weight_before) AS weight_before,
        coalesce(c.multiplier * (c.counted_to + 1 - c.first_day), w.weight_after) AS weight_after,
        coalesce(c.multiplier * c.days, w.weight) AS weight
    FROM cuts AS c
    LEFT JOIN changing_weights AS w
        ON
            c.application_code = w.application_code
            AND c.meter_code = w.meter_code
            AND c.first_day = w.first_day
            AND c.counted_from = w.counted_from
)

SELECT
    w.application_code,
    to_char(w.counted_from, 'YYYY-MM') AS period,
    w.utility,
    w.meter_code,
    w.multiplier,
    w.first_day,
    w.last_day,
    w.days,
    w.from_reading,
    w.to_reading,
    w.is_from_application,
    w.counted_from,
    w.counted_to,
    round((w.to_reading - w.from_reading) * w.weight / w.days, 12) AS used,
    round((w.to_reading - w.from_reading) * w.weight_after / w.days, 12)
    - round((w.to_reading - w.from_reading) * w.weight_before / w.days, 12) AS share
FROM weighed AS w
