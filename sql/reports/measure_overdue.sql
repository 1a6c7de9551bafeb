-- Open cases that have a deadline past due and not met at the end of the window; not known where the calendar is missing
-- that deadlines are worked out by. What was moved or withdrawn after a window's end counts in it as it stood.
--
-- Reads: deadlines, deadline_changes, deadline_former_starts, report_rounds, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window and community with open cases
-- Rerun: counts again, so once per report
--
-- Params:
--   first_end (timestamptz): end of the earliest window, exclusive
--   last_end (timestamptz): end of the latest, exclusive
INSERT INTO report_counts (window_no, community_code, figure, numerator)
WITH former AS MATERIALIZED (
    SELECT
        w.window_no,
        f.case_code,
        f.milestone,
        f.occurrence,
        f.due_at
    FROM report_windows AS w
    CROSS JOIN LATERAL former_deadlines(w.ends) AS f
),

standing AS (
    SELECT
        d.case_code,
        d.milestone,
        d.occurrence,
        greatest(d.due_at, d.needed_at) AS late_at,
        CAST('infinity' AS timestamptz) AS ended_at
    FROM deadlines AS d
    WHERE d.ended_at IS NULL AND d.due_at < CAST(:last_end AS timestamptz)
    UNION ALL
    SELECT
        d.case_code,
        d.milestone,
        d.occurrence,
        greatest(d.due_at, d.needed_at) AS late_at,
        d.ended_at
    FROM deadlines AS d
    WHERE
        d.ended_at > d.due_at
        AND d.ended_at >= CAST(:first_end AS timestamptz)
        AND d.due_at < CAST(:last_end AS timestamptz)
        AND d.ended_by <> 'withdrawn'
),

late AS (
    SELECT
        w.window_no,
        w.ends,
        s.case_code
    FROM standing AS s
    INNER JOIN report_windows AS w ON s.late_at < w.ends AND s.ended_at >= w.ends
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM former AS f
            WHERE
                f.window_no = w.window_no
                AND f.case_code = s.case_code
                AND f.milestone = s.milestone
                AND f.occurrence = s.occurrence
        )
    UNION ALL
    SELECT
        w.window_no,
        w.ends,
        f.case_code
    FROM former AS f
    INNER JOIN report_windows AS w ON f.window_no = w.window_no
    INNER JOIN deadlines AS d ON f.case_code = d.case_code AND f.milestone = d.milestone AND f.occurrence = d.occurrence
    WHERE
        f.due_at IS NOT NULL
        AND greatest(f.due_at, d.needed_at) < w.ends
        AND (d.ended_at IS NULL OR d.ended_at >= w.ends OR d.ended_by = 'withdrawn')
),

overdue AS (
    SELECT
        l.window_no,
        r.community_code,
        count(DISTINCT l.case_code) AS cases
    FROM late AS l
    INNER JOIN report_rounds AS r
        ON
            l.case_code = r.case_code
            AND l.ends > r.begins_at
            AND (r.until IS NULL OR l.ends <= r.until)
            AND (r.finished_at IS NULL OR l.ends <= r.finished_at)
    GROUP BY l.window_no, r.community_code
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
