-- Attendance and adherence of a community's people are those of their teams added up.
--
-- Reads: report_parts (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
SELECT
    p.window_no,
    p.community_code,
    p.figure,
    sum(p.numerator) AS numerator,
    sum(p.denominator) AS denominator
FROM report_parts AS p
WHERE p.kind = 'team'
GROUP BY p.window_no, p.community_code, p.figure
