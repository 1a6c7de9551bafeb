-- Cases open at the end of the window, by kind, and those of them that have a deadline past due and not met: the list of
-- open cases that is kept, corrected by what happened since the windows began.
--
-- A case that nobody touched since the first window began was open at every edge if it is open now.
--
-- Reads: open_cases, cases, deadlines, report_touched, report_cases, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and figure
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH lasting AS (
    SELECT
        c.case_code,
        c.community_code,
        CASE
            WHEN c.kind <> 'repair' THEN c.kind
            ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
        END AS word
    FROM open_cases AS o
    INNER JOIN cases AS c ON o.case_code = c.case_code
    INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
    WHERE
        c.opened_at < CAST(:first_start AS timestamptz)
        AND NOT EXISTS (
            SELECT 1
            FROM report_touched AS t
            WHERE t.case_code = o.case_code
        )
),

standing AS (
    SELECT
        w.window_no,
        w.ends,
        l.case_code,
        l.community_code,
        l.word
    FROM lasting AS l
    CROSS JOIN report_windows AS w
    UNION ALL
    SELECT
        w.window_no,
        w.ends,
        t.case_code,
        t.community_code,
        t.word
    FROM report_windows AS w
    INNER JOIN report_cases AS t ON w.ends = t.edge
    WHERE t.finished_at IS NULL
),

judged AS (
    SELECT
        s.window_no,
        s.community_code,
        s.word,
        exists(
            SELECT 1
            FROM deadlines AS d
            WHERE
                d.case_code = s.case_code
                AND d.due_at < s.ends
                AND (d.ended_at IS NULL OR (d.ended_at >= s.ends AND d.ended_by <> 'withdrawn'))
        ) AS is_overdue
    FROM standing AS s
)

SELECT
    j.window_no,
    j.community_code,
    'cases_open.' || coalesce(j.word, 'total') AS figure,
    count(*) AS numerator
FROM judged AS j
GROUP BY GROUPING SETS ((j.window_no, j.community_code, j.word), (j.window_no, j.community_code))
UNION ALL
SELECT
    j.window_no,
    j.community_code,
    'cases_overdue' AS figure,
    count(*) FILTER (WHERE j.is_overdue) AS numerator
FROM judged AS j
GROUP BY j.window_no, j.community_code
