-- Posted runs of a community in which lines of a month, or of the month before it, may stand; reversed ones stay posted.
--
-- Reads: billing_runs
-- Writes: nothing; one row per run
-- Rerun: reads only
--
-- Params:
--   community_code (text): the community
--   before (text): first month looked for, YYYY-MM, inclusive
SELECT
    r.run_code,
    r.batch_no,
    r.period,
    r.kind
FROM billing_runs AS r
WHERE
    r.community_code = CAST(:community_code AS text)
    AND r.state IN ('posted', 'reversed')
    AND r.kind IN ('billing', 'reversal')
    AND (r.kind = 'reversal' OR r.period >= CAST(:before AS text))
ORDER BY r.run_code ASC
