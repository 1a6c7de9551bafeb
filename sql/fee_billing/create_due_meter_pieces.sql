-- The use of meters whose month is not simple (tariff, payer, use or multiplier changes, and shared meters), in pieces.
--
-- Where the tariff, payer or multiplier changes, that day's reading divides the use; without one it goes by days between
-- the readings there are. All weights have one denominator, the least common multiple of 1 to 31, so nothing is rounded.
--
-- Example: 60 t from 1 to 31 October, new payer on the 11th, no reading of that day: 60 × 10 ÷ 31 and 60 × 21 ÷ 31.
--
-- Reads: due_meters, due_readings, due_segments, due_use_tariffs, due_periods (temporary), meter_versions, meter_readings
-- Writes: due_meter_pieces (temporary), one row per month, meter and piece of days. part_use: of the part between two
-- readings that it lies in; weight: yuan × 72201776446800
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_meter_pieces ON COMMIT DROP AS
WITH asked AS (
    SELECT
        m.*,
        p.as_of_day,
        o.reading AS opening,
        c.reading AS closing
    FROM due_meters AS m
    INNER JOIN due_periods AS p ON m.community_code = p.community_code AND m.period = p.period
    LEFT JOIN due_readings AS o
        ON m.meter_code = o.meter_code AND m.opens_on = o.day AND m.opening_window = o.window_days
    LEFT JOIN due_readings AS c
        ON m.meter_code = c.meter_code AND m.closes_on = c.day AND m.closing_window = c.window_days
    WHERE NOT m.is_simple
),

cuts AS (
    SELECT
        a.meter_code,
        a.period,
        a.first_day AS day,
        a.end_day
    FROM asked AS a
    UNION
    SELECT
        a.meter_code,
        a.period,
        s.first_day,
        a.end_day
    FROM asked AS a
    INNER JOIN due_segments AS s
        ON a.community_code = s.community_code AND a.period = s.period AND a.unit_code = s.unit_code
    WHERE s.first_day > a.first_day AND s.first_day < a.end_day
    UNION
    SELECT
        a.meter_code,
        a.period,
        t.first_day,
        a.end_day
    FROM asked AS a
    INNER JOIN due_use_tariffs AS t
        ON
            a.community_code = t.community_code
            AND a.period = t.period
            AND a.charge_kind = t.charge_kind
            AND coalesce(a.unit_use, t.unit_use) = t.unit_use
    WHERE t.first_day > a.first_day AND t.first_day < a.end_day
    UNION
    SELECT
        a.meter_code,
        a.period,
        v.valid_from,
        a.end_day
    FROM asked AS a
    INNER JOIN meter_versions AS v ON a.meter_code = v.meter_code
    WHERE v.valid_from > a.first_day AND v.valid_from < a.end_day
),

stretches AS (
    SELECT
        c.meter_code,
        c.period,
        c.day AS first_day,
        lead(c.day, 1, c.end_day) OVER (PARTITION BY c.meter_code, c.period ORDER BY c.day) AS end_day
    FROM cuts AS c
),

facts AS (
    SELECT
        s.meter_code,
        s.period,
        s.first_day,
        s.end_day,
        CASE WHEN a.is_cut THEN g.customer_code ELSE a.customer_code END AS customer_code,
        t.unit_use,
        t.tariffs,
        t.tariff_code,
        t.rate,
        coalesce(v.multiplier, a.multiplier, 1) AS multiplier
    FROM stretches AS s
    INNER JOIN asked AS a ON s.meter_code = a.meter_code AND s.period = a.period
    LEFT JOIN due_segments AS g
        ON
            a.is_cut
            AND a.community_code = g.community_code
            AND a.period = g.period
            AND a.unit_code = g.unit_code
            AND s.first_day >= g.first_day
            AND s.first_day < g.end_day
    LEFT JOIN due_use_tariffs AS t
        ON
            a.community_code = t.community_code
            AND a.period = t.period
            AND a.charge_kind = t.charge_kind
            AND coalesce(a.unit_use, g.unit_use) = t.unit_use
            AND s.first_day >= t.first_day
            AND s.first_day < t.end_day
    LEFT JOIN LATERAL (
        -- Before its first version a meter is as that version has it.
        SELECT w.multiplier
        FROM meter_versions AS w
        WHERE w.meter_code = s.meter_code
        ORDER BY
            w.valid_from <= s.first_day DESC, CASE WHEN w.valid_from <= s.first_day THEN w.valid_from END DESC,
            w.valid_from ASC
        LIMIT 1
    ) AS v ON TRUE
),

changes AS (
    SELECT
        f.*,
        coalesce(
            lag(f.customer_code) OVER days IS DISTINCT FROM f.customer_code
            OR lag(f.tariffs) OVER days IS DISTINCT FROM f.tariffs
            OR lag(f.tariff_code) OVER days IS DISTINCT FROM f.tariff_code
            OR lag(f.multiplier) OVER days IS DISTINCT FROM f.multiplier
            OR lag(f.first_day) OVER days IS NULL, TRUE
        ) AS is_change,
        lag(f.multiplier) OVER days <> f.multiplier AS changes_multiplier
    FROM facts AS f
    WINDOW days AS (PARTITION BY f.meter_code, f.period ORDER BY f.first_day)
),

numbered AS (
    SELECT
        c.*,
        count(*) FILTER (WHERE c.is_change) OVER (PARTITION BY c.meter_code, c.period ORDER BY c.first_day) AS piece_no
    FROM changes AS c
),

pieces AS (
    SELECT
        n.meter_code,
        n.period,
        n.piece_no,
        min(n.first_day) AS first_day,
        max(n.end_day) AS end_day,
        min(n.customer_code) AS customer_code,
        min(n.unit_use) AS unit_use,
        min(n.tariffs) AS tariffs,
        min(n.tariff_code) AS tariff_code,
        min(n.rate) AS rate,
        min(n.multiplier) AS multiplier,
        coalesce(bool_or(n.changes_multiplier), FALSE) AS changes_multiplier
    FROM numbered AS n
    GROUP BY n.meter_code, n.period, n.piece_no
),

read AS (
    SELECT
        e.*,
        a.community_code,
        a.unit_code,
        a.charge_kind,
        a.closing,
        r.reading IS NULL AND e.piece_no > 1 AS is_unread,
        CASE WHEN e.piece_no = 1 THEN a.opening ELSE r.reading END AS start_reading,
        count(r.reading) OVER (PARTITION BY e.meter_code, e.period ORDER BY e.first_day) AS part_no
    FROM pieces AS e
    INNER JOIN asked AS a ON e.meter_code = a.meter_code AND e.period = a.period
    LEFT JOIN meter_readings AS r
        ON e.piece_no > 1 AND e.meter_code = r.meter_code AND e.first_day = r.read_on AND a.as_of_day >= r.read_on
)

SELECT
    e.community_code,
    e.period,
    e.meter_code,
    e.unit_code,
    e.charge_kind,
    e.piece_no,
    e.first_day,
    e.end_day,
    e.end_day - e.first_day AS days,
    e.customer_code,
    e.unit_use,
    e.tariffs,
    e.tariff_code,
    e.rate,
    e.multiplier,
    e.changes_multiplier AND e.is_unread AS is_unread_change,
    e.part_no,
    e.part_days,
    e.part_use,
    e.start_reading,
    trim_scale(round(e.part_use * e.multiplier * (e.end_day - e.first_day) / e.part_days, 4)) AS quantity,
    e.part_use * e.multiplier * coalesce(e.rate, 0) * (e.end_day - e.first_day) * (72201776446800 / e.part_days)
        AS weight
FROM (
    -- A part's use: what the next one, or the closing, begins with, less what it begins with itself.
    SELECT
        r.*,
        sum(r.end_day - r.first_day) OVER part AS part_days,
        coalesce(
            min(r.start_reading) OVER (
                PARTITION BY r.meter_code, r.period
                ORDER BY r.part_no
                RANGE BETWEEN 1 FOLLOWING AND 1 FOLLOWING
            ),
            r.closing
        ) - min(r.start_reading) OVER part AS part_use
    FROM read AS r
    WINDOW part AS (PARTITION BY r.meter_code, r.period, r.part_no)
) AS e
