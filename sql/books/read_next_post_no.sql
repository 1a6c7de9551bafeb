-- Next place in a community's sequence of posted runs.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same until a run is posted
--
-- Params:
--   community_code (text): community
SELECT coalesce(max(r.post_no), 0) + 1 AS post_no
FROM billing_runs AS r
WHERE r.community_code = CAST(:community_code AS text) AND r.state IN ('posted', 'reversed')
