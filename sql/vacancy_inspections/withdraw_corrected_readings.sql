-- INS-03: a result was corrected: a reading that this pipeline had written for that unit and day goes, unless a visit of
-- that day still reports it. Readings from files are never touched.
--
-- Reads: judged_results (temporary), meters, inspections, inspection_results
-- Writes: meter_readings, one row per meter and day withdrawn
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): later results are invisible, inclusive
DELETE FROM meter_readings AS r
USING meters AS m, judged_results AS j
WHERE
    r.meter_code = m.meter_code
    AND j.is_corrected
    AND m.community_code = j.community_code
    AND m.unit_code = j.unit_code
    AND r.read_on = j.visited_on
    AND r.loaded_from IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM inspections AS i
        INNER JOIN inspection_results AS k ON i.inspection_code = k.inspection_code
        WHERE
            i.community_code = j.community_code
            AND i.unit_code = j.unit_code
            AND k.entered
            AND k.inspected_at <= :as_of
            AND CAST(k.inspected_at AT TIME ZONE 'Asia/Shanghai' AS date) = r.read_on
            AND CASE m.utility WHEN 'water' THEN k.water_reading ELSE k.electricity_reading END = r.reading
    )
