-- A unit, and what its register says of handover and fit-out.
-- Reads: units, communities, buildings
-- Writes: nothing (one row, if there is one)
-- Rerun: reads only
-- Params:
--   community_code (text): the community
--   unit_code (text): the unit
SELECT
    u.community_code AS community_code,
    c.community_name AS community_name,
    u.unit_code AS unit_code,
    coalesce(b.building_name, u.building_code) AS building_name,
    u.unit_use AS unit_use,
    u.area_m2 AS area_m2,
    u.handover_date AS handover_date,
    u.fit_out AS fit_out
FROM units AS u
INNER JOIN communities AS c ON u.community_code = c.community_code
LEFT JOIN buildings AS b ON u.community_code = b.community_code AND u.building_code = b.building_code
WHERE u.community_code = :community_code AND u.unit_code = :unit_code
