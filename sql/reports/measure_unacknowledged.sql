-- Steps of escalation that stood at the window's end and that nobody had acknowledged by then; early warnings (level 0) ask
-- for no answer and are left out (ESC-09).
--
-- Reads: escalations, cases, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window and community
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive; what was stood down before stands at no window's end
--   last_end (timestamptz): end of the latest window, exclusive
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH steps AS (
    SELECT
        e.case_code,
        e.raised_at,
        e.acknowledged_at,
        e.stood_down_at
    FROM escalations AS e
    WHERE
        e.level <> 0
        AND e.raised_at < CAST(:last_end AS timestamptz)
        AND (e.stood_down_at IS NULL OR e.stood_down_at >= CAST(:first_start AS timestamptz))
)

SELECT
    w.window_no,
    c.community_code,
    'unacknowledged' AS figure,
    count(*) AS numerator
FROM steps AS s
INNER JOIN report_windows AS w
    ON
        s.raised_at < w.ends
        AND (s.stood_down_at IS NULL OR s.stood_down_at >= w.ends)
        AND (s.acknowledged_at IS NULL OR s.acknowledged_at >= w.ends)
INNER JOIN cases AS c ON s.case_code = c.case_code
INNER JOIN report_communities AS r ON c.community_code = r.community_code
GROUP BY w.window_no, c.community_code
