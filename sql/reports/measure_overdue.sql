-- Open cases that have a deadline past due and not met at the end of the window; not known where the calendar is missing
-- that deadlines are worked out by.
--
-- Reads: deadlines, report_rounds, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window and community with open cases
-- Rerun: counts again, so once per report
--
-- Params:
--   first_end (timestamptz): end of the earliest window, exclusive
--   last_end (timestamptz): end of the latest, exclusive
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH late AS (
    SELECT
        d.case_code,
        d.due_at,
        CAST('infinity' AS timestamptz) AS ended_at
    FROM deadlines AS d
    WHERE d.ended_at IS NULL AND d.due_at < CAST(:last_end AS timestamptz)
    UNION ALL
    SELECT
        d.case_code,
        d.due_at,
        d.ended_at
    FROM deadlines AS d
    WHERE
        d.ended_at > d.due_at
        AND d.ended_at >= CAST(:first_end AS timestamptz)
        AND d.due_at < CAST(:last_end AS timestamptz)
        AND d.ended_by <> 'withdrawn'
),

overdue AS (
    SELECT
        w.window_no,
        r.community_code,
        count(DISTINCT l.case_code) AS cases
    FROM late AS l
    INNER JOIN report_windows AS w ON l.due_at < w.ends AND l.ended_at >= w.ends
    INNER JOIN report_rounds AS r
        ON
            l.case_code = r.case_code
            AND w.ends > r.begins_at
            AND (r.until IS NULL OR w.ends <= r.until)
            AND (r.finished_at IS NULL OR w.ends <= r.finished_at)
    GROUP BY w.window_no, r.community_code
)

SELECT
    c.window_no,
    c.community_code,
    'cases_overdue' AS figure,
    CASE WHEN p.missing_calendar IS NULL THEN coalesce(o.cases, 0) END AS numerator
FROM report_counts AS c
INNER JOIN report_communities AS p ON c.community_code = p.community_code
LEFT JOIN overdue AS o ON c.window_no = o.window_no AND c.community_code = o.community_code
WHERE c.figure = 'cases_open.total'
