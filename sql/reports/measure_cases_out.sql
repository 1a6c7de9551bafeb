-- Cases finished in the window, and those that had been finished and were reopened in it, so that what was open before plus
-- what came in and came back is what was finished plus what is open after.
--
-- Reads: report_cases, report_windows (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH moved AS (
    SELECT
        w.window_no,
        a.community_code,
        a.word,
        coalesce(a.finished_at >= w.starts, FALSE) AS is_out,
        coalesce(b.finished_at IS NOT NULL AND a.finished_at IS DISTINCT FROM b.finished_at, FALSE) AS is_reopened
    FROM report_windows AS w
    INNER JOIN report_cases AS a ON w.ends = a.edge
    LEFT JOIN report_cases AS b ON w.starts = b.edge AND a.case_code = b.case_code
),

counted AS (
    SELECT
        m.window_no,
        m.community_code,
        coalesce(m.word, 'total') AS word,
        count(*) FILTER (WHERE m.is_out) AS finished,
        count(*) FILTER (WHERE m.is_reopened) AS reopened
    FROM moved AS m
    WHERE m.is_out OR m.is_reopened
    GROUP BY GROUPING SETS ((m.window_no, m.community_code, m.word), (m.window_no, m.community_code))
)

SELECT
    c.window_no,
    c.community_code,
    'cases_out.' || c.word AS figure,
    c.finished AS numerator
FROM counted AS c
UNION ALL
SELECT
    c.window_no,
    c.community_code,
    'cases_reopened.' || c.word AS figure,
    c.reopened AS numerator
FROM counted AS c
