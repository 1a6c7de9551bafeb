-- The communities and their regions: the areas an operator can name.
--
-- Reads: communities
-- Writes: nothing (one row per community)
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT
    c.community_code,
    c.community_name,
    c.region
FROM communities AS c
ORDER BY c.community_code
