-- Open matters (REP-01): of each scope the cases that have been open longest at the window's end, since they were opened or
-- reopened last.
--
-- Reads: cases, deadlines, deadline_changes, deadline_former_starts, report_rounds, report_windows, report_communities
--     (temporary)
-- Writes: report_lines (temporary), at most row_limit rows per scope
-- Rerun: quotes again, so once per edition
--
-- Params:
--   window_no (int): window of the edition
--   row_limit (int): cases a scope at most
INSERT INTO report_lines (scope, kind, place, content)
WITH bounds AS (
    SELECT w.ends
    FROM report_windows AS w
    WHERE w.window_no = CAST(:window_no AS integer)
),

late AS MATERIALIZED (
    SELECT DISTINCT d.case_code
    FROM bounds AS b
    CROSS JOIN LATERAL deadlines_past_due(b.ends) AS d
),

standing AS (
    SELECT
        d.community_code,
        d.case_code,
        d.begins_at AS since
    FROM bounds AS b
    INNER JOIN report_rounds AS d
        ON
            b.ends > d.begins_at
            AND (d.until IS NULL OR b.ends <= d.until)
            AND (d.finished_at IS NULL OR b.ends <= d.finished_at)
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
            FROM late AS l
            WHERE l.case_code = p.case_code
        )
    ) AS content
FROM placed AS p
CROSS JOIN bounds AS b
INNER JOIN cases AS c ON p.case_code = c.case_code
WHERE p.place <= CAST(:row_limit AS integer)
