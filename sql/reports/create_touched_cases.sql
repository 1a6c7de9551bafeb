-- The cases whose state may differ at the edges of the windows: what happened to them since the first window began, judged
-- once, so that a report reads its weeks and not the table.
--
-- Reads: cases, case_events, report_windows, report_communities (temporary)
-- Writes: touched_cases (temporary), one row per window edge and case with an event since the first window began: whether
--     it was open there, and from when it is finished
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE touched_cases ON COMMIT DROP AS
WITH edges AS (
    SELECT w.ends AS edge
    FROM report_windows AS w
    UNION
    SELECT w.starts AS edge
    FROM report_windows AS w
),

touched AS (
    SELECT DISTINCT e.case_code
    FROM case_events AS e
    WHERE
        e.event_at >= (SELECT min(w.starts) FROM report_windows AS w)
        AND e.event IN ('resolved', 'closed', 'reopened')
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
)

SELECT
    d.edge,
    k.case_code,
    k.community_code,
    k.word,
    f.finished_at
FROM known AS k
INNER JOIN edges AS d ON k.opened_at < d.edge
CROSS JOIN LATERAL (
    SELECT min(e.event_at) AS finished_at
    FROM case_events AS e
    WHERE
        e.case_code = k.case_code
        AND e.event IN ('resolved', 'closed')
        AND e.event_at < d.edge
        AND NOT EXISTS (
            SELECT 1
            FROM case_events AS r
            WHERE
                r.case_code = k.case_code
                AND r.event = 'reopened'
                AND r.event_at >= e.event_at
                AND r.event_at < d.edge
        )
) AS f
