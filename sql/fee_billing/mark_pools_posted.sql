-- Names the posted run beside the pools whose shares it posted.
--
-- Reads: due_pools (temporary)
-- Writes: utility_pools, one row per shared meter and month that the run posted
-- Rerun: changes nothing
--
-- Params:
--   community_code (text): community of the run
--   run_code (text): the run
UPDATE utility_pools AS u
SET run_code = CAST(:run_code AS text)
FROM due_pools AS d
WHERE
    d.community_code = CAST(:community_code AS text)
    AND d.fault IS NULL
    AND NOT d.is_kept
    AND u.meter_code = d.meter_code
    AND u.period = d.period
    AND u.edition = d.edition
