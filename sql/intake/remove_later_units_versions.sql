-- Removes what was to hold later than the present state of a file's units: the register says what holds from then on.
-- Reads: units (those the file wrote last).
-- Writes: unit_versions (grain: one row per unit and day; later ones go). The history of the register keeps them.
-- Rerun: changes nothing.
-- Params:
--   file_id (integer): the file
DELETE FROM unit_versions AS v
USING units AS u
WHERE
    u.loaded_from = :file_id
    AND v.community_code = u.community_code
    AND v.unit_code = u.unit_code
    AND v.valid_from > coalesce(u.valid_from, date '0001-01-01')
