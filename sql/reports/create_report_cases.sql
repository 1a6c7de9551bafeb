-- The touched cases as they stood at each edge of the windows.
--
-- Finished is a case of which a resolution or closing is not followed by a reopening; since the first such one. What is
-- said to have happened before the case was opened counts from its opening.
--
-- Reads: case_events, report_windows, report_touched (temporary)
-- Writes: report_cases (temporary), one row per edge of a window and case opened before it
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE report_cases ON COMMIT DROP AS
WITH edges AS (
    SELECT w.ends AS edge
    FROM report_windows AS w
    UNION
    SELECT w.starts AS edge
    FROM report_windows AS w
),

moves AS (
    SELECT
        t.case_code,
        e.event_at,
        e.event = 'reopened' AS is_reopened
    FROM report_touched AS t
    INNER JOIN case_events AS e ON t.case_code = e.case_code
    WHERE e.event IN ('resolved', 'closed', 'reopened')
),

reopenings AS (
    SELECT
        d.edge,
        m.case_code,
        max(m.event_at) AS reopened_at
    FROM moves AS m
    INNER JOIN edges AS d ON m.event_at < d.edge
    WHERE m.is_reopened
    GROUP BY d.edge, m.case_code
),

finishings AS (
    SELECT
        d.edge,
        m.case_code,
        min(m.event_at) AS finished_at
    FROM moves AS m
    INNER JOIN edges AS d ON m.event_at < d.edge
    LEFT JOIN reopenings AS r ON d.edge = r.edge AND m.case_code = r.case_code
    WHERE NOT m.is_reopened AND (r.reopened_at IS NULL OR m.event_at > r.reopened_at)
    GROUP BY d.edge, m.case_code
)

SELECT
    d.edge,
    t.case_code,
    t.community_code,
    t.word,
    CASE WHEN f.finished_at IS NOT NULL THEN greatest(f.finished_at, t.opened_at) END AS finished_at
FROM report_touched AS t
INNER JOIN edges AS d ON t.opened_at < d.edge
LEFT JOIN finishings AS f ON d.edge = f.edge AND t.case_code = f.case_code
