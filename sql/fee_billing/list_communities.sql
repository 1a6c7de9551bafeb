-- All communities there are.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
SELECT c.community_code
FROM communities AS c
ORDER BY c.community_code ASC
