-- The communities whose items are in the frame of a week, who scores them, and from when their items count.
--
-- Reads: frame_communities (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT
    f.community_code,
    f.section,
    f.live_at
FROM frame_communities AS f
ORDER BY f.community_code
