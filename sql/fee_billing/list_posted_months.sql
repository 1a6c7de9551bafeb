-- Months of communities that were billed: they have a posted run that was not reversed.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   community_codes (text[]): communities asked about
SELECT DISTINCT
    r.community_code,
    r.period
FROM billing_runs AS r
WHERE r.kind = 'billing' AND r.state = 'posted' AND r.community_code = any(CAST(:community_codes AS text[]))
ORDER BY r.community_code ASC, r.period ASC
