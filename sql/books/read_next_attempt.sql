-- Number of the next run of a kind for a month of a community.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same until the run is written
--
-- Params:
--   kind (text): billing, opening or reversal
--   period (text): month, YYYY-MM
--   community_code (text): community
SELECT coalesce(max(r.attempt), 0) + 1 AS attempt
FROM billing_runs AS r
WHERE
    r.community_code = CAST(:community_code AS text)
    AND r.period = CAST(:period AS text)
    AND r.kind = CAST(:kind AS text)
