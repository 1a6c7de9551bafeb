-- The communities there are, for the filter of a page.
-- Reads: communities
-- Writes: nothing (one row per community)
-- Rerun: reads only
-- Params:
--   at_most (integer): rows at most
SELECT
    c.community_code AS community_code,
    c.community_name AS community_name
FROM communities AS c
ORDER BY c.community_code ASC
LIMIT CAST(:at_most AS integer)
