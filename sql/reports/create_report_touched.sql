-- Cases whose state may differ between the edges of the windows: opened, finished or reopened since the first window
-- began, or written since deadlines were computed last; so that a report reads its weeks and not the table.
--
-- Reads: cases, case_events, case_changes, report_communities (temporary)
-- Writes: report_touched (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
CREATE TEMPORARY TABLE report_touched ON COMMIT DROP AS
WITH touched AS (
    SELECT e.case_code
    FROM case_events AS e
    WHERE e.event_at >= CAST(:first_start AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
    UNION
    SELECT c.case_code
    FROM cases AS c
    WHERE c.opened_at >= CAST(:first_start AS timestamptz)
    UNION
    SELECT g.case_code
    FROM case_changes AS g
)

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
