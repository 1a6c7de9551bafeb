-- Periods that have results, the latest first.
-- Reads: quality_results
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
SELECT r.period AS period
FROM quality_results AS r
WHERE r.scope_kind = 'company'
GROUP BY r.period
ORDER BY max(r.computed_at) DESC, r.period DESC
LIMIT CAST(:page_size AS integer)
