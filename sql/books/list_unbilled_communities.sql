-- Served communities for which no run of a month is posted or waits: never drafted, superseded, rejected, or reversed and
-- not billed again.
--
-- Reads: communities, billing_runs
-- Writes: nothing
-- Rerun: the same until the month is drafted
--
-- Params:
--   period (text): month, YYYY-MM
SELECT c.community_code
FROM communities AS c
WHERE
    NOT EXISTS (
        SELECT 1
        FROM billing_runs AS r
        WHERE
            r.community_code = c.community_code
            AND r.period = CAST(:period AS text)
            AND r.kind = 'billing'
            AND r.state IN ('draft', 'checked', 'awaiting_approval', 'approved', 'posted')
    )
ORDER BY c.community_code
