-- What the automatic checks of a week found, by check; numbers for everybody who may open the page.
-- Reads: quality_findings
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   period (text): week
SELECT
    f.check_name AS check_name,
    count(*) AS items,
    count(*) FILTER (WHERE f.subject_kind = 'call') AS calls,
    count(*) FILTER (WHERE f.subject_kind = 'case') AS cases
FROM quality_findings AS f
WHERE f.period = CAST(:period AS text)
GROUP BY f.check_name
ORDER BY f.check_name
