-- When a month was closed; no row: it is open.
--
-- Reads: period_closes
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params:
--   period (text): month, YYYY-MM
SELECT c.closed_at
FROM period_closes AS c
WHERE c.period = CAST(:period AS text)
