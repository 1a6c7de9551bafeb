-- Units of a code, in whichever community.
-- Reads: units, communities
-- Writes: nothing (one row per community with a unit of this code)
-- Rerun: reads only
-- Params:
--   unit_code (text): the unit
--   community_code (text): only this community; null: all
--   page_size (integer): rows at most
SELECT
    u.community_code AS community_code,
    c.community_name AS community_name,
    u.unit_code AS unit_code
FROM units AS u
INNER JOIN communities AS c ON u.community_code = c.community_code
WHERE u.unit_code = :unit_code AND (CAST(:community_code AS text) IS NULL OR u.community_code = :community_code)
ORDER BY u.community_code ASC
LIMIT CAST(:page_size AS integer)
