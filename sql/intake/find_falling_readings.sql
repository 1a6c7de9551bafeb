-- Finds readings that do not fit into their meter's series: a meter only counts upward. By date, whatever the order of
-- the rows, a reading is not lower than the last one before it that was not estimated; and one that was not estimated is
-- not higher than the next one that stands already, which would turn into a falling one. Readings of one meter and day
-- that contradict each other bound nothing.
-- Reads: incoming_meter_readings (temporary: one row per reading that is otherwise acceptable); meter_readings.
-- Writes: nothing. Returns one row per reading that does not fit: row_place, which rule, and the reading and day it breaks.
-- Rerun: the same rows on the same data.
WITH involved AS (
    SELECT DISTINCT i.meter_code FROM incoming_meter_readings AS i
),

series AS (
    SELECT
        i.row_place,
        i.meter_code,
        i.read_on,
        i.reading,
        coalesce(i.estimated, FALSE)
        OR min(i.reading) OVER same_day <> max(i.reading) OVER same_day AS is_loose
    FROM incoming_meter_readings AS i
    WINDOW same_day AS (PARTITION BY i.meter_code, i.read_on)
    UNION ALL
    SELECT
        CAST(NULL AS integer) AS row_place,
        r.meter_code,
        r.read_on,
        r.reading,
        coalesce(r.estimated, FALSE) AS is_loose
    FROM meter_readings AS r
    INNER JOIN involved AS v ON r.meter_code = v.meter_code
    WHERE NOT EXISTS (
        SELECT 1 FROM incoming_meter_readings AS i
        WHERE i.meter_code = r.meter_code AND i.read_on = r.read_on
    )
),

beside_standing AS (
    SELECT
        s.row_place,
        s.meter_code,
        s.read_on,
        s.reading,
        s.is_loose,
        max(s.reading) FILTER (WHERE s.row_place IS NULL AND NOT s.is_loose) OVER earlier AS standing_before,
        min(s.reading) FILTER (WHERE s.row_place IS NULL AND NOT s.is_loose) OVER later AS standing_after,
        max(s.read_on) FILTER (WHERE s.row_place IS NULL AND NOT s.is_loose) OVER earlier AS day_before,
        min(s.read_on) FILTER (WHERE s.row_place IS NULL AND NOT s.is_loose) OVER later AS day_after
    FROM series AS s
    WINDOW
        earlier AS (
            PARTITION BY s.meter_code ORDER BY s.read_on
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1 day' PRECEDING
        ),
        later AS (
            PARTITION BY s.meter_code ORDER BY s.read_on
            RANGE BETWEEN INTERVAL '1 day' FOLLOWING AND UNBOUNDED FOLLOWING
        )
),

judged_beside_standing AS (
    SELECT
        b.*,
        CASE
            WHEN b.row_place IS NULL THEN NULL
            WHEN b.reading < b.standing_before THEN 'falling'
            WHEN NOT b.is_loose AND b.reading > b.standing_after THEN 'above_next'
        END AS rule
    FROM beside_standing AS b
),

judged_together AS (
    SELECT
        j.row_place,
        j.reading,
        max(j.reading) FILTER (WHERE NOT j.is_loose) OVER earlier AS highest_before,
        max(j.read_on) FILTER (WHERE NOT j.is_loose) OVER earlier AS day_before
    FROM judged_beside_standing AS j
    WHERE j.rule IS NULL
    WINDOW earlier AS (
        PARTITION BY j.meter_code ORDER BY j.read_on
        RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1 day' PRECEDING
    )
)

SELECT
    j.row_place,
    j.rule,
    CASE j.rule WHEN 'falling' THEN j.standing_before ELSE j.standing_after END AS bound,
    CASE j.rule WHEN 'falling' THEN j.day_before ELSE j.day_after END AS day
FROM judged_beside_standing AS j
WHERE j.rule IS NOT NULL
UNION ALL
SELECT
    t.row_place,
    'falling' AS rule,
    t.highest_before AS bound,
    t.day_before AS day
FROM judged_together AS t
WHERE t.row_place IS NOT NULL AND t.reading < t.highest_before
ORDER BY 1
