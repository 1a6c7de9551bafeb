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
WITH counted AS MATERIALIZED (
    SELECT
        w.window_no,
        coalesce(n.community_code, o.community_code) AS community_code,
        d.milestone,
        count(*) FILTER (WHERE d.is_kept) AS kept,
        count(*) AS due,
        bool_or(d.provisional) AS is_provisional
    FROM report_windows AS w
    CROSS JOIN LATERAL deadlines_due(w.starts, w.ends) AS d
    LEFT JOIN report_opened AS n ON d.case_code = n.case_code
    -- Only cases opened before the windows are looked up, and one by one: the fence keeps the table from being read.
    LEFT JOIN
        LATERAL (
            SELECT c.community_code
            FROM cases AS c
            WHERE n.case_code IS NULL AND d.case_code = c.case_code
            OFFSET 0
        ) AS o
        ON TRUE
    GROUP BY w.window_no, coalesce(n.community_code, o.community_code), d.milestone
)

SELECT
    c.window_no,
    r.community_code,
    'on_time.' || coalesce(c.milestone, 'total') AS figure,
    sum(c.kept) AS numerator,
    sum(c.due) AS denominator,
    bool_or(c.is_provisional) AS is_provisional
FROM counted AS c
INNER JOIN report_communities AS r ON c.community_code = r.community_code
WHERE r.missing_calendar IS NULL
GROUP BY GROUPING SETS ((c.window_no, r.community_code, c.milestone), (c.window_no, r.community_code))
