-- Batches (partitions) that hold posted bills of communities, so that no other is read.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   community_codes (text[]): communities
SELECT DISTINCT r.batch_no
FROM billing_runs AS r
WHERE r.state IN ('posted', 'reversed') AND r.community_code = any(CAST(:community_codes AS text[]))
ORDER BY r.batch_no ASC
