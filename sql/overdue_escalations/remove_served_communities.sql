-- Communities that are served no more leave the list.
--
-- Reads: served_communities
-- Writes: deletes from served_communities, one row per community given
-- Rerun: changes nothing
--
-- Params:
--   community_codes (text[]): communities
DELETE FROM served_communities AS s
WHERE s.community_code = any(CAST(:community_codes AS text[]))
