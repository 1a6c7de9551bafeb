-- INS-03: remarks on readings that may have lost their reason: the unit has a meter by now (or one instead of several) on
-- the day read, or the reading it was compared with does not stand any more. The results of these units are judged again.
--
-- Reads: inspection_remarks, meters, meter_versions, meter_readings
-- Writes: settled_remarks (temporary), one row per remark
-- Rerun: once per transaction
--
-- Params:
--   today (date): day of as_of in Asia/Shanghai, inclusive; later readings are invisible
CREATE TEMPORARY TABLE settled_remarks ON COMMIT DROP AS
WITH on_meters AS (
    SELECT
        r.remark_id,
        r.kind,
        r.community_code,
        r.unit_code,
        r.detail ->> 'utility' AS utility,
        CAST(r.detail ->> 'read_on' AS date) AS read_on
    FROM inspection_remarks AS r
    WHERE r.kind IN ('no_meter', 'several_meters')
),

unit_meters AS (
    SELECT
        m.meter_code,
        m.community_code,
        m.unit_code,
        m.utility,
        coalesce(least(m.valid_from, min(v.valid_from)), date '0001-01-01') AS first_day,
        coalesce(m.valid_to, date '9999-12-31') AS last_day
    FROM meters AS m
    LEFT JOIN meter_versions AS v ON m.meter_code = v.meter_code
    WHERE
        (m.community_code, m.unit_code) IN (
            SELECT
                o.community_code,
                o.unit_code
            FROM on_meters AS o
        )
    GROUP BY m.meter_code
),

in_use AS (
    SELECT
        o.remark_id,
        count(m.meter_code) AS meters
    FROM on_meters AS o
    LEFT JOIN unit_meters AS m
        ON
            o.community_code = m.community_code
            AND o.unit_code = m.unit_code
            AND o.utility = m.utility
            AND o.read_on BETWEEN m.first_day AND m.last_day
            AND NOT EXISTS (
                SELECT 1
                FROM unit_meters AS n
                WHERE
                    n.community_code = m.community_code
                    AND n.unit_code = m.unit_code
                    AND n.utility = m.utility
                    AND n.first_day > m.first_day
                    AND o.read_on BETWEEN n.first_day AND n.last_day
                    AND NOT EXISTS (
                        SELECT 1
                        FROM meter_readings AS k
                        WHERE
                            k.meter_code = m.meter_code
                            AND k.read_on > n.first_day
                            AND k.read_on <= CAST(:today AS date)
                            AND k.estimated IS NOT TRUE
                    )
            )
    GROUP BY o.remark_id
)

SELECT
    o.remark_id,
    o.community_code,
    o.unit_code
FROM on_meters AS o
INNER JOIN in_use AS u ON o.remark_id = u.remark_id
WHERE CASE o.kind WHEN 'no_meter' THEN u.meters > 0 ELSE u.meters < 2 END
UNION ALL
SELECT
    r.remark_id,
    r.community_code,
    r.unit_code
FROM inspection_remarks AS r
WHERE
    r.kind IN ('reading_differs', 'reading_falls')
    AND NOT EXISTS (
        SELECT 1
        FROM meter_readings AS k
        WHERE
            k.meter_code = r.detail ->> 'meter_code'
            AND k.read_on = CAST(r.detail ->> 'compared_on' AS date)
            AND k.reading = CAST(r.detail ->> 'compared_with' AS numeric)
            AND k.estimated IS NOT TRUE
    )
