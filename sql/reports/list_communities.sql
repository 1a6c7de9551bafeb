-- All communities, in order, with their region.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT
    c.community_code,
    c.community_name,
    c.region
FROM communities AS c
ORDER BY c.community_code
