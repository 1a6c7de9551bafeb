-- What became of each case looked at, round by round: a round begins with the opening or a reopening, and lasts until the
-- next one. Finished is a case since the first resolution or closing of the round that is under way. What is said to have
-- happened before the case was opened counts from its opening.
--
-- Looked at are cases opened, finished or reopened since the first window began, or written since deadlines were computed
-- last; and those on the list of open ones, which were open all that time. So a report reads its weeks and not the table.
--
-- Reads: case_events, case_changes, open_cases, cases, report_communities, report_opened (temporary)
-- Writes: report_rounds (temporary), one row per case and round; at any instant after its opening a case is in one
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window
CREATE TEMPORARY TABLE report_rounds ON COMMIT DROP AS
WITH moved AS MATERIALIZED (
    SELECT
        e.case_code,
        min(e.event_at) FILTER (WHERE e.event <> 'reopened') AS finished_at,
        bool_or(e.event = 'reopened') AS is_reopened
    FROM case_events AS e
    WHERE e.event_at >= CAST(:first_start AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
    GROUP BY e.case_code
),

earlier AS MATERIALIZED (
    SELECT d.case_code
    FROM (
        SELECT m.case_code
        FROM moved AS m
        UNION
        SELECT g.case_code
        FROM case_changes AS g
    ) AS d
    WHERE NOT EXISTS (
        SELECT 1
        FROM report_opened AS n
        WHERE n.case_code = d.case_code
    )
),

judged AS MATERIALIZED (
    SELECT
        n.case_code,
        n.community_code,
        n.word,
        n.is_emergency,
        n.feedback_class,
        n.opened_at,
        least(m.finished_at, b.finished_at) AS finished_at,
        coalesce(m.is_reopened, FALSE) OR b.is_reopened AS is_reopened
    FROM report_opened AS n
    LEFT JOIN moved AS m ON n.case_code = m.case_code
    CROSS JOIN
        LATERAL (
            SELECT
                min(y.event_at) FILTER (WHERE y.event <> 'reopened') AS finished_at,
                coalesce(bool_or(y.event = 'reopened'), FALSE) AS is_reopened
            FROM case_events AS y
            WHERE
                y.case_code = n.case_code
                AND y.event_at < CAST(:first_start AS timestamptz)
                AND y.event IN ('resolved', 'closed', 'reopened')
        ) AS b
    UNION ALL
    SELECT
        c.case_code,
        c.community_code,
        CASE
            WHEN c.kind <> 'repair' THEN c.kind
            ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
        END AS word,
        FALSE AS is_emergency,
        '' AS feedback_class,
        c.opened_at,
        e.finished_at,
        e.is_reopened
    FROM earlier AS l
    INNER JOIN cases AS c ON l.case_code = c.case_code
    INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
    CROSS JOIN
        LATERAL (
            SELECT
                min(m.event_at) FILTER (WHERE m.event <> 'reopened') AS finished_at,
                coalesce(bool_or(m.event = 'reopened'), FALSE) AS is_reopened
            FROM case_events AS m
            WHERE m.case_code = l.case_code AND m.event IN ('resolved', 'closed', 'reopened')
        ) AS e
    WHERE c.opened_at < CAST(:first_start AS timestamptz)
),

moves AS MATERIALIZED (
    SELECT
        j.case_code,
        e.event_at,
        e.event = 'reopened' AS is_reopened
    FROM judged AS j
    INNER JOIN case_events AS e ON j.case_code = e.case_code
    WHERE j.is_reopened AND e.event IN ('resolved', 'closed', 'reopened')
),

reopenings AS (
    SELECT
        m.case_code,
        m.event_at AS begins_at,
        lead(m.event_at) OVER (PARTITION BY m.case_code ORDER BY m.event_at) AS until
    FROM moves AS m
    WHERE m.is_reopened
),

spans AS (
    SELECT
        p.case_code,
        p.begins_at,
        p.until
    FROM reopenings AS p
    UNION ALL
    SELECT
        p.case_code,
        CAST('-infinity' AS timestamptz) AS begins_at,
        min(p.begins_at) AS until
    FROM reopenings AS p
    GROUP BY p.case_code
),

rounds AS (
    SELECT
        s.case_code,
        s.begins_at,
        s.until,
        min(m.event_at) AS finished_at
    FROM spans AS s
    LEFT JOIN moves AS m
        ON
            s.case_code = m.case_code
            AND NOT m.is_reopened
            AND s.begins_at < m.event_at
            AND (s.until IS NULL OR s.until > m.event_at)
    GROUP BY s.case_code, s.begins_at, s.until
)

SELECT
    j.case_code,
    j.community_code,
    j.word,
    j.is_emergency,
    j.feedback_class,
    j.opened_at,
    TRUE AS is_first,
    j.opened_at AS begins_at,
    CASE WHEN j.finished_at IS NOT NULL THEN greatest(j.finished_at, j.opened_at) END AS finished_at,
    CAST(NULL AS timestamptz) AS until
FROM judged AS j
WHERE NOT j.is_reopened
UNION ALL
SELECT
    j.case_code,
    j.community_code,
    j.word,
    j.is_emergency,
    j.feedback_class,
    j.opened_at,
    d.begins_at = CAST('-infinity' AS timestamptz) AS is_first,
    greatest(d.begins_at, j.opened_at) AS begins_at,
    CASE WHEN d.finished_at IS NOT NULL THEN greatest(d.finished_at, j.opened_at) END AS finished_at,
    d.until
FROM rounds AS d
INNER JOIN judged AS j ON d.case_code = j.case_code
WHERE j.is_reopened
UNION ALL
SELECT
    c.case_code,
    c.community_code,
    CASE
        WHEN c.kind <> 'repair' THEN c.kind
        ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid')
    END AS word,
    FALSE AS is_emergency,
    '' AS feedback_class,
    c.opened_at,
    FALSE AS is_first,
    o.opened_at AS begins_at,
    CAST(NULL AS timestamptz) AS finished_at,
    CAST(NULL AS timestamptz) AS until
FROM open_cases AS o
INNER JOIN cases AS c ON o.case_code = c.case_code
INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
WHERE
    o.opened_at < CAST(:first_start AS timestamptz)
    AND NOT EXISTS (
        SELECT 1
        FROM earlier AS l
        WHERE l.case_code = o.case_code
    )
    AND NOT EXISTS (
        SELECT 1
        FROM report_opened AS n
        WHERE n.case_code = o.case_code
    )
