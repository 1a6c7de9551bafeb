-- Deadlines due in the window that were kept, by milestone: met, of those met, met late, or running past due.
--
-- Each window is judged as at its own end: what was met late or ended by the case's end after it was running past due
-- in it. Deadlines no policy gives any more, and those that ended unmet within it, are left out; so are those of communities
-- whose calendar is missing, for what is left of them from before is not all there would be.
--
-- Reads: deadlines, cases, report_opened, report_windows, report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community and milestone, and one for all
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator, is_provisional)
SELECT
    w.window_no,
    r.community_code,
    'on_time.' || coalesce(d.milestone, 'total') AS figure,
    count(*) FILTER (WHERE d.state = 'met') AS numerator,
    count(*) AS denominator,
    bool_or(d.provisional) AS is_provisional
FROM report_windows AS w
INNER JOIN deadlines AS d
    ON
        w.starts <= d.due_at AND w.ends > d.due_at
        AND d.due_at >= CAST(:first_start AS timestamptz)
        AND d.due_at < CAST(:last_end AS timestamptz)
LEFT JOIN report_opened AS n ON d.case_code = n.case_code
-- Only cases opened before the windows are looked up one by one.
LEFT JOIN cases AS c ON CASE WHEN n.case_code IS NULL THEN d.case_code END = c.case_code
INNER JOIN report_communities AS r ON coalesce(n.community_code, c.community_code) = r.community_code
WHERE
    r.missing_calendar IS NULL
    AND (
        d.state IN ('met', 'met_late', 'running')
        OR (d.state = 'cancelled' AND d.ended_by = 'case_ended' AND d.ended_at >= w.ends)
    )
GROUP BY GROUPING SETS ((w.window_no, r.community_code, d.milestone), (w.window_no, r.community_code))
