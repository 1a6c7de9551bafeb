-- Complaints and suggestions taken in, by the department responsible and by what they are about (REP-05).
--
-- Reads: cases, report_windows, report_communities (temporary)
-- Writes: report_parts (temporary), one row per window, community, department or class of feedback, and kind of case
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_parts (window_no, community_code, kind, code, figure, numerator)
SELECT
    w.window_no,
    c.community_code,
    CASE WHEN grouping(c.department) = 0 THEN 'department' ELSE 'cause' END AS kind,
    coalesce(CASE WHEN grouping(c.department) = 0 THEN c.department ELSE c.feedback_class END, '') AS code,
    'cases_in.' || c.kind AS figure,
    count(*) AS numerator
FROM report_windows AS w
INNER JOIN cases AS c
    ON
        w.starts <= c.opened_at AND w.ends > c.opened_at
        AND c.opened_at >= CAST(:first_start AS timestamptz)
        AND c.opened_at < CAST(:last_end AS timestamptz)
INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
WHERE c.kind IN ('complaint', 'suggestion')
GROUP BY GROUPING SETS (
    (w.window_no, c.community_code, c.kind, c.department),
    (w.window_no, c.community_code, c.kind, c.feedback_class)
)
