-- Months that have a billing run which was not superseded: the schedule leaves them alone.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
SELECT
    r.community_code,
    r.period,
    bool_or(r.state IN ('draft', 'checked', 'awaiting_approval', 'approved')) AS is_undecided
FROM billing_runs AS r
WHERE r.kind = 'billing' AND r.state <> 'superseded'
GROUP BY r.community_code, r.period
ORDER BY r.community_code ASC, r.period ASC
