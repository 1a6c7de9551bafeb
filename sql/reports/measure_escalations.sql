-- Steps of escalation raised in the window, by level.
--
-- Reads: escalations, cases, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and level
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_counts (window_no, community_code, figure, numerator)
SELECT
    w.window_no,
    c.community_code,
    'escalations.' || e.level AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN escalations AS e
    ON
        w.starts <= e.raised_at AND w.ends > e.raised_at
        AND e.raised_at >= CAST(:first_start AS timestamptz)
        AND e.raised_at < CAST(:last_end AS timestamptz)
INNER JOIN cases AS c ON e.case_code = c.case_code
INNER JOIN report_communities AS r ON c.community_code = r.community_code
GROUP BY w.window_no, c.community_code, e.level
