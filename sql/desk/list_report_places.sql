-- The communities with their regions: what scopes of reports are made of.
-- Reads: communities
-- Writes: nothing (one row per community)
-- Rerun: reads only
-- Params: none
SELECT
    c.community_code AS community_code,
    c.community_name AS community_name,
    coalesce(c.region, '') AS region
FROM communities AS c
ORDER BY c.community_code ASC
