-- The name of a community.
--
-- Reads: communities
-- Writes: nothing; one row at most
-- Rerun: reads only
--
-- Params:
--   community_code (text): the community
SELECT c.community_name
FROM communities AS c
WHERE c.community_code = CAST(:community_code AS text)
