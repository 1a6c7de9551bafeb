-- All communities.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT c.community_code
FROM communities AS c
ORDER BY c.community_code
