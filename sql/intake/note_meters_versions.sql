-- Keeps from which day the multiplier and apportionment of a file's meters hold; blank: from the beginning.
-- Reads: meters (those the file wrote last).
-- Writes: meter_versions (grain: one row per meter and day from which they hold).
-- Rerun: changes nothing.
-- Params:
--   file_id (integer): the file
INSERT INTO meter_versions AS v (meter_code, valid_from, multiplier, apportion_by)
SELECT
    m.meter_code,
    coalesce(m.valid_from, date '0001-01-01') AS valid_from,
    coalesce(m.multiplier, 1) AS multiplier,
    m.apportion_by
FROM meters AS m
WHERE m.loaded_from = :file_id
ON CONFLICT (meter_code, valid_from) DO UPDATE
    SET multiplier = excluded.multiplier, apportion_by = excluded.apportion_by
    WHERE v.multiplier <> excluded.multiplier OR v.apportion_by IS DISTINCT FROM excluded.apportion_by
