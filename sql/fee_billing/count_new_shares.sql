-- How many shares of shared meters a run posts that were not posted before.
--
-- Reads: due_pools, due_pool_shares (temporary)
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   community_code (text): community of the run
SELECT count(*) AS shares
FROM due_pools AS d
INNER JOIN due_pool_shares AS s ON d.meter_code = s.meter_code AND d.period = s.period
WHERE d.community_code = CAST(:community_code AS text) AND NOT d.is_kept
