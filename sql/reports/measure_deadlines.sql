-- Deadlines due in the window that were kept, by milestone: met, of those met, met late, or running past due.
--
-- Each window is judged as at its own end, with the due instants there were at it: what was met late, moved, withdrawn or
-- ended by the case's end after it was running past due in it. Deadlines no policy gave any more at its end, and those that
-- ended unmet within it, are left out; so are those of communities whose calendar is missing, for what is left of them from
-- before is not all there would be.
--
-- Reads: deadlines, deadline_changes, deadline_former_starts, cases, report_opened, report_windows, report_communities
--     (temporary)
-- Writes: report_counts (temporary), one row per window, community and milestone, and one for all
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator, is_provisional)
SELECT
    w.window_no,
    r.community_code,
    'on_time.' || coalesce(d.milestone, 'total') AS figure,
    count(*) FILTER (WHERE d.is_kept) AS numerator,
    count(*) AS denominator,
    bool_or(d.provisional) AS is_provisional
FROM report_windows AS w
CROSS JOIN LATERAL deadlines_due(w.starts, w.ends) AS d
LEFT JOIN report_opened AS n ON d.case_code = n.case_code
-- Only cases opened before the windows are looked up one by one.
LEFT JOIN cases AS c ON CASE WHEN n.case_code IS NULL THEN d.case_code END = c.case_code
INNER JOIN report_communities AS r ON coalesce(n.community_code, c.community_code) = r.community_code
WHERE r.missing_calendar IS NULL
GROUP BY GROUPING SETS ((w.window_no, r.community_code, d.milestone), (w.window_no, r.community_code))
