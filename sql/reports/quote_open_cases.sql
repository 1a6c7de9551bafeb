-- Open matters (REP-01): of each scope the cases that have been open longest at the window's end, since they were opened or
-- reopened last.
--
-- Those open since before the first window are read from the list of open cases, oldest first; younger ones and what was
-- finished since then from the touched cases.
--
-- Reads: open_cases, cases, case_events, deadlines, report_cases, report_touched, report_windows, report_communities (temporary)
-- Writes: report_lines (temporary), at most row_limit rows per scope
-- Rerun: quotes again, so once per edition
--
-- Params:
--   window_no (int): window of the edition
--   row_limit (int): cases a scope at most
INSERT INTO report_lines (scope, kind, place, content)
WITH bounds AS (
    SELECT
        max(w.ends) FILTER (WHERE w.window_no = CAST(:window_no AS integer)) AS ends,
        min(w.starts) AS first_start
    FROM report_windows AS w
),

lasting AS (
    SELECT
        r.community_code,
        o.case_code,
        o.since
    FROM report_communities AS r
    CROSS JOIN bounds AS b
    CROSS JOIN
        LATERAL (
            SELECT
                q.case_code,
                q.opened_at AS since
            FROM open_cases AS q
            INNER JOIN cases AS c ON q.case_code = c.case_code
            WHERE
                q.community_code = r.community_code
                AND q.opened_at < b.first_start
                AND c.opened_at >= r.live_at
                AND NOT EXISTS (
                    SELECT 1
                    FROM case_events AS e
                    WHERE
                        e.case_code = q.case_code
                        AND e.event IN ('resolved', 'closed', 'reopened')
                        AND e.event_at >= b.first_start
                )
            ORDER BY q.opened_at, q.case_code
            LIMIT CAST(:row_limit AS integer)
        ) AS o
),

reopened AS (
    SELECT
        e.case_code,
        max(e.event_at) AS reopened_at
    FROM case_events AS e
    INNER JOIN report_touched AS t ON e.case_code = t.case_code
    CROSS JOIN bounds AS b
    WHERE e.event = 'reopened' AND e.event_at < b.ends
    GROUP BY e.case_code
),

standing AS (
    SELECT
        l.community_code,
        l.case_code,
        l.since
    FROM lasting AS l
    UNION ALL
    SELECT
        t.community_code,
        t.case_code,
        greatest(t.opened_at, x.reopened_at) AS since
    FROM bounds AS b
    INNER JOIN report_cases AS k ON b.ends = k.edge
    INNER JOIN report_touched AS t ON k.case_code = t.case_code
    LEFT JOIN reopened AS x ON k.case_code = x.case_code
    WHERE k.finished_at IS NULL
),

eldest AS (
    SELECT
        s.community_code,
        s.case_code,
        s.since,
        row_number() OVER (PARTITION BY s.community_code ORDER BY s.since, s.case_code) AS place
    FROM standing AS s
),

placed AS (
    SELECT
        p.scope,
        e.community_code,
        e.case_code,
        e.since,
        row_number() OVER (PARTITION BY p.scope ORDER BY e.since, e.case_code) AS place
    FROM eldest AS e
    INNER JOIN report_communities AS r ON e.community_code = r.community_code
    CROSS JOIN
        LATERAL (
            VALUES ('company'), ('region:' || nullif(r.region, '')), (r.community_code)
        ) AS p (scope)
    WHERE e.place <= CAST(:row_limit AS integer) AND p.scope IS NOT NULL
)

SELECT
    p.scope,
    'open_case' AS kind,
    p.place,
    jsonb_build_object(
        'case_code', p.case_code,
        'community_code', p.community_code,
        'kind', CASE WHEN c.kind <> 'repair' THEN c.kind ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid') END,
        'handler', c.handler,
        'days', CAST(floor(extract(EPOCH FROM b.ends - p.since) / 86400) AS integer),
        'is_overdue', EXISTS (
            SELECT 1
            FROM deadlines AS d
            WHERE
                d.case_code = p.case_code
                AND d.due_at < b.ends
                AND (d.ended_at IS NULL OR (d.ended_at >= b.ends AND d.ended_by <> 'withdrawn'))
        )
    ) AS content
FROM placed AS p
CROSS JOIN bounds AS b
INNER JOIN cases AS c ON p.case_code = c.case_code
WHERE p.place <= CAST(:row_limit AS integer)
