-- Months that were ranked, the latest first.
-- Reads: quality_rankings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
SELECT DISTINCT r.period AS period
FROM quality_rankings AS r
ORDER BY r.period DESC
LIMIT CAST(:page_size AS integer)
