-- Drafts that nobody was shown because their run failed or was killed; those of a run that is still under way are left to it.
--
-- Reads: billing_runs, runs
-- Writes: nothing; one row per draft
-- Rerun: reads only
--
-- Params:
--   community_code (text): only this community's; null: of all
SELECT
    r.community_code,
    r.period
FROM billing_runs AS r
LEFT JOIN runs AS p ON r.run_id = p.run_id
WHERE
    r.kind = 'billing'
    AND r.state IN ('draft', 'checked')
    AND (CAST(:community_code AS text) IS NULL OR r.community_code = CAST(:community_code AS text))
    AND coalesce(p.state, 'failed') NOT IN ('running', 'waiting')
ORDER BY r.community_code ASC, r.period ASC
