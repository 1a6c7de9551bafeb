-- Months that were closed and that managers were not told of.
--
-- Reads: quality_results
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT DISTINCT r.period
FROM quality_results AS r
WHERE r.scope_kind = 'company' AND r.is_final AND r.told_at IS NULL AND r.period NOT LIKE '%-W%'
ORDER BY r.period
