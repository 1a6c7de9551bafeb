-- Communities with the names and regions that mails need.
--
-- Reads: communities
-- Writes: nothing
-- Rerun: the same rows for the same register
--
-- Params: none
SELECT
    c.community_code,
    c.community_name,
    c.region
FROM communities AS c
ORDER BY c.community_code
