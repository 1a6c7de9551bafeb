-- Communities whose bills of a month were reversed and which have no posted run of it.
--
-- Reads: billing_runs
-- Writes: nothing
-- Rerun: the same until the month is billed again
--
-- Params:
--   period (text): month, YYYY-MM
SELECT r.community_code
FROM billing_runs AS r
WHERE r.kind = 'billing' AND r.period = CAST(:period AS text)
GROUP BY r.community_code
HAVING bool_or(r.state = 'reversed') AND NOT bool_or(r.state = 'posted')
ORDER BY r.community_code ASC
