-- Weeks that were checked automatically and found wanting, the latest first.
-- Reads: quality_findings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
SELECT DISTINCT f.period AS period
FROM quality_findings AS f
ORDER BY f.period DESC
LIMIT CAST(:page_size AS integer)
