-- The cases whose state may differ between the edges of the windows: opened, finished or reopened since the first window
-- began, or written since deadlines were computed last. Each is judged at each edge, so that a report reads its weeks and
-- not the table.
--
-- Finished is a case of which a resolution or closing is not followed by a reopening; since the first such one. What is
-- said to have happened before the case was opened counts from its opening.
--
-- Reads: cases, case_events, case_changes, report_windows, report_communities (temporary)
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

begun AS (
    SELECT min(w.starts) AS first_start
    FROM report_windows AS w
),

touched AS (
    SELECT e.case_code
    FROM begun AS b
    INNER JOIN case_events AS e ON b.first_start <= e.event_at
    WHERE e.event IN ('resolved', 'closed', 'reopened')
    UNION
    SELECT c.case_code
    FROM begun AS b
    INNER JOIN cases AS c ON b.first_start <= c.opened_at
    UNION
    SELECT g.case_code
    FROM case_changes AS g
),

known AS (
    SELECT
        c.case_code,
        c.community_code,
        c.opened_at,
        CASE
            WHEN c.kind <> 'repair' THEN c.kind
            ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
        END AS word
    FROM touched AS t
    INNER JOIN cases AS c ON t.case_code = c.case_code
    INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
),

finishings AS (
    SELECT
        d.edge,
        k.case_code,
        min(e.event_at) AS finished_at
    FROM known AS k
    INNER JOIN case_events AS e ON k.case_code = e.case_code AND e.event IN ('resolved', 'closed')
    INNER JOIN edges AS d ON e.event_at < d.edge
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM case_events AS r
            WHERE
                r.case_code = k.case_code
                AND r.event = 'reopened'
                AND r.event_at >= e.event_at
                AND r.event_at < d.edge
        )
    GROUP BY d.edge, k.case_code
)

SELECT
    d.edge,
    k.case_code,
    k.community_code,
    k.word,
    greatest(f.finished_at, CASE WHEN f.finished_at IS NOT NULL THEN k.opened_at END) AS finished_at
FROM known AS k
INNER JOIN edges AS d ON k.opened_at < d.edge
LEFT JOIN finishings AS f ON d.edge = f.edge AND k.case_code = f.case_code
