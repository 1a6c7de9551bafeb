-- Weeks that were checked automatically and found wanting, the latest first; from week to week, not finding to finding.
-- Reads: quality_findings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   page_size (integer): rows at most
WITH RECURSIVE weeks AS (
    SELECT max(f.period) AS period
    FROM quality_findings AS f
    UNION ALL
    SELECT
        (
            SELECT max(f.period)
            FROM quality_findings AS f
            WHERE f.period < w.period
        ) AS period
    FROM weeks AS w
    WHERE w.period IS NOT NULL
)

SELECT w.period AS period
FROM weeks AS w
WHERE w.period IS NOT NULL
LIMIT CAST(:page_size AS integer)
