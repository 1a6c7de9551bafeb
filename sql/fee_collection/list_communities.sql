-- All communities, with what the letters and lists of collection call them.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT
    c.community_code,
    c.community_name,
    c.region
FROM communities AS c
ORDER BY c.community_code
