-- Earlier cases that a report must look at: finished or reopened since the first window began, or written since deadlines
-- were computed last; so that a report reads its weeks and not the table.
--
-- Reads: case_events, case_changes, cases, report_communities, report_opened (temporary)
-- Writes: report_returned (temporary), one row per case
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window, exclusive for openings, inclusive for events
CREATE TEMPORARY TABLE report_returned ON COMMIT DROP AS
WITH codes AS MATERIALIZED (
    SELECT e.case_code
    FROM case_events AS e
    WHERE e.event_at >= CAST(:first_start AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
    UNION
    SELECT g.case_code
    FROM case_changes AS g
),

earlier AS MATERIALIZED (
    SELECT d.case_code
    FROM codes AS d
    WHERE NOT EXISTS (
        SELECT 1
        FROM report_opened AS n
        WHERE n.case_code = d.case_code
    )
)

SELECT
    c.case_code,
    c.community_code,
    CASE
        WHEN c.kind <> 'repair' THEN c.kind
        ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
    END AS word,
    c.opened_at
FROM earlier AS l
INNER JOIN cases AS c ON l.case_code = c.case_code
INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
WHERE c.opened_at < CAST(:first_start AS timestamptz)
