-- Communities with balances from before, in the register or posted.
--
-- Reads: opening_balances, billing_runs
-- Writes: nothing
-- Rerun: the same until rows come or go
--
-- Params: none
SELECT o.community_code
FROM opening_balances AS o
UNION
SELECT r.community_code
FROM billing_runs AS r
WHERE r.kind = 'opening'
ORDER BY community_code
