-- INS-03: which readings of visits become meter readings. A meter only counts upward: a reading is not lower than the
-- actual one before it nor higher than the actual one after it. Of a day the first visit's reading stands; an actual
-- reading that stands already is kept, an estimate gives way.
--
-- Reads: visit_readings (temporary), meter_readings
-- Writes: judged_readings (temporary), one row per visit and utility read: new, known, reading_differs, reading_falls,
--     no_meter or several_meters, and the reading it is compared with
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE judged_readings ON COMMIT DROP AS
WITH beside_standing AS (
    SELECT
        v.*,
        s.reading AS standing,
        b.reading AS before,
        b.read_on AS before_on,
        a.reading AS after,
        a.read_on AS after_on,
        s.reading IS NULL AND (v.reading < b.reading OR v.reading > a.reading) IS TRUE AS is_falling
    FROM visit_readings AS v
    LEFT JOIN meter_readings AS s
        ON v.meter_code = s.meter_code AND v.read_on = s.read_on AND s.estimated IS NOT TRUE
    LEFT JOIN LATERAL (
        SELECT
            e.reading,
            e.read_on
        FROM meter_readings AS e
        WHERE e.meter_code = v.meter_code AND e.read_on < v.read_on AND e.estimated IS NOT TRUE
        ORDER BY e.read_on DESC
        LIMIT 1
    ) AS b ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            e.reading,
            e.read_on
        FROM meter_readings AS e
        WHERE e.meter_code = v.meter_code AND e.read_on > v.read_on AND e.estimated IS NOT TRUE
        ORDER BY e.read_on ASC
        LIMIT 1
    ) AS a ON TRUE
    WHERE v.meters = 1
),

firsts AS (
    SELECT DISTINCT ON (b.meter_code, b.read_on)
        b.meter_code,
        b.read_on,
        b.reading
    FROM beside_standing AS b
    WHERE b.standing IS NULL AND NOT b.is_falling
    ORDER BY b.meter_code ASC, b.read_on ASC, b.inspected_at ASC, b.inspection_code ASC
),

compared AS (
    SELECT
        f.meter_code,
        f.read_on,
        f.reading,
        max(f.reading) OVER earlier AS highest_before
    FROM firsts AS f
    WINDOW earlier AS (PARTITION BY f.meter_code ORDER BY f.read_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

rising AS (
    SELECT
        c.*,
        max(c.read_on) FILTER (WHERE c.reading >= coalesce(c.highest_before, 0)) OVER earlier AS highest_on
    FROM compared AS c
    WINDOW earlier AS (PARTITION BY c.meter_code ORDER BY c.read_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)

SELECT
    b.inspection_code,
    b.inspected_at,
    b.community_code,
    b.unit_code,
    b.read_on,
    b.staff_code,
    b.utility,
    b.meter_code,
    b.reading,
    CASE
        WHEN b.standing = b.reading THEN 'known'
        WHEN b.standing IS NOT NULL THEN 'reading_differs'
        WHEN b.is_falling THEN 'reading_falls'
        WHEN b.reading <> r.reading THEN 'reading_differs'
        WHEN r.reading < r.highest_before THEN 'reading_falls'
        ELSE 'new'
    END AS outcome,
    CASE
        WHEN b.standing IS NOT NULL THEN b.standing
        WHEN b.reading < b.before THEN b.before
        WHEN b.reading > b.after THEN b.after
        WHEN b.reading <> r.reading THEN r.reading
        WHEN r.reading < r.highest_before THEN r.highest_before
    END AS compared_with,
    CASE
        WHEN b.standing IS NOT NULL THEN b.read_on
        WHEN b.reading < b.before THEN b.before_on
        WHEN b.reading > b.after THEN b.after_on
        WHEN b.reading <> r.reading THEN b.read_on
        WHEN r.reading < r.highest_before THEN r.highest_on
    END AS compared_on
FROM beside_standing AS b
LEFT JOIN rising AS r ON b.meter_code = r.meter_code AND b.read_on = r.read_on
UNION ALL
SELECT
    v.inspection_code,
    v.inspected_at,
    v.community_code,
    v.unit_code,
    v.read_on,
    v.staff_code,
    v.utility,
    CAST(NULL AS text) AS meter_code,
    v.reading,
    CASE v.meters WHEN 0 THEN 'no_meter' ELSE 'several_meters' END AS outcome,
    CAST(NULL AS numeric) AS compared_with,
    CAST(NULL AS date) AS compared_on
FROM visit_readings AS v
WHERE v.meters <> 1
