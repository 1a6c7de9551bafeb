-- Keeps from which day the area and use of a file's units hold; blank: from the beginning.
-- Reads: units (those the file wrote last).
-- Writes: unit_versions (grain: one row per unit and day from which its area and use hold).
-- Rerun: changes nothing.
-- Params:
--   file_id (integer): the file
INSERT INTO unit_versions AS v (community_code, unit_code, valid_from, unit_use, area_m2)
SELECT
    u.community_code,
    u.unit_code,
    coalesce(u.valid_from, date '0001-01-01') AS valid_from,
    u.unit_use,
    u.area_m2
FROM units AS u
WHERE u.loaded_from = :file_id
ON CONFLICT (community_code, unit_code, valid_from) DO UPDATE
    SET unit_use = excluded.unit_use, area_m2 = excluded.area_m2
    WHERE v.unit_use <> excluded.unit_use OR v.area_m2 <> excluded.area_m2
