-- Removes what was to hold later than the present state of a file's meters: the register says what holds from then on.
-- Reads: meters (those the file wrote last).
-- Writes: meter_versions (grain: one row per meter and day; later ones go). The history of the register keeps them.
-- Rerun: changes nothing.
-- Params:
--   file_id (integer): the file
DELETE FROM meter_versions AS v
USING meters AS m
WHERE
    m.loaded_from = :file_id
    AND v.meter_code = m.meter_code
    AND v.valid_from > coalesce(m.valid_from, date '0001-01-01')
