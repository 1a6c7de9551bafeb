-- Complaints and suggestions taken in, by the department responsible and by what they are about (REP-05).
--
-- Reads: report_opened, report_windows (temporary)
-- Writes: report_parts (temporary), one row per window, community, department or class of feedback, and kind of case
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_parts (window_no, community_code, kind, code, figure, numerator)
SELECT
    w.window_no,
    c.community_code,
    CASE WHEN grouping(c.department) = 0 THEN 'department' ELSE 'cause' END AS kind,
    coalesce(
        CASE WHEN grouping(c.department) = 0 THEN c.department ELSE nullif(c.feedback_class, 'unclassified') END, ''
    ) AS code,
    'cases_in.' || c.word AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN report_opened AS c ON w.starts <= c.opened_at AND w.ends > c.opened_at
WHERE c.word IN ('complaint', 'suggestion')
GROUP BY GROUPING SETS (
    (w.window_no, c.community_code, c.word, c.department),
    (w.window_no, c.community_code, c.word, c.feedback_class)
)
