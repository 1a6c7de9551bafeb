-- The communities planned.
--
-- Reads: planned_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT c.community_code
FROM planned_communities AS c
ORDER BY c.community_code
