-- Communities in which something was done with a deposit.
--
-- Reads: deposit_events, contracts
-- Writes: nothing
-- Rerun: the same until rows come
--
-- Params: none
SELECT DISTINCT k.community_code
FROM deposit_events AS e
INNER JOIN contracts AS k ON e.contract_code = k.contract_code
ORDER BY k.community_code
