-- The seed a month was drawn with; no row: it was not drawn.
--
-- Reads: quality_draws
-- Writes: nothing
-- Rerun: the same row
--
-- Params:
--   period (text): month
SELECT max(d.random_seed) AS random_seed
FROM quality_draws AS d
WHERE d.kind = 'month_end' AND d.period = CAST(:period AS text)
