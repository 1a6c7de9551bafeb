-- Codes of all communities.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
SELECT c.community_code
FROM communities AS c
ORDER BY c.community_code
