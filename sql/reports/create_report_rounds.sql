-- What became of each case looked at, round by round: a round begins with the opening or a reopening, and lasts until the
-- next one. Finished is a case since the first resolution or closing of the round that is under way. What is said to have
-- happened before the case was opened counts from its opening.
--
-- Looked at are cases opened, finished or reopened since the first window began, or written since deadlines were computed
-- last; and those on the list of open ones, which were open all that time. So a report reads its weeks and not the table.
-- Of a community whose calendar is missing that list is not kept: all its cases are looked at.
--
-- What was said to have happened earlier to cases opened since is looked for between their first code and their last: where
-- codes are given out in turn that is one short stretch of the key and not a look a case.
--
-- Reads: case_events, case_changes, open_cases, cases, report_communities, report_opened (temporary)
-- Writes: report_rounds (temporary), one row per case and round; at any instant after its opening a case is in one
-- Rerun: after it was dropped
--
-- Params:
--   first_start (timestamptz): start of the earliest window
--   first_code (text): first code, in their order, of the cases opened since, inclusive; NULL: there is none
--   last_code (text): last code of them, inclusive
CREATE TEMPORARY TABLE report_rounds ON COMMIT DROP AS
WITH found AS (
    SELECT
        e.case_code,
        e.event_at,
        e.event
    FROM case_events AS e
    WHERE e.event_at >= CAST(:first_start AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
    UNION ALL
    SELECT
        e.case_code,
        e.event_at,
        e.event
    FROM report_opened AS n
    INNER JOIN case_events AS e ON n.case_code = e.case_code
    WHERE
        e.event_at < CAST(:first_start AS timestamptz)
        AND e.case_code >= CAST(:first_code AS text)
        AND e.case_code <= CAST(:last_code AS text)
        AND e.event IN ('resolved', 'closed', 'reopened')
),

moved AS (
    SELECT
        f.case_code,
        min(f.event_at) FILTER (WHERE f.event <> 'reopened') AS finished_at,
        bool_or(f.event = 'reopened') AS is_reopened
    FROM found AS f
    GROUP BY f.case_code
),

met AS MATERIALIZED (
    SELECT
        coalesce(n.case_code, m.case_code) AS case_code,
        n.community_code,
        n.word,
        n.is_emergency,
        n.feedback_class,
        n.opened_at,
        m.finished_at,
        coalesce(m.is_reopened, FALSE) AS is_reopened
    FROM report_opened AS n
    FULL OUTER JOIN moved AS m ON n.case_code = m.case_code
),

unlisted AS MATERIALIZED (
    SELECT r.community_code
    FROM report_communities AS r
    WHERE r.missing_calendar IS NOT NULL
),

earlier AS MATERIALIZED (
    SELECT m.case_code
    FROM met AS m
    WHERE m.opened_at IS NULL
    UNION
    SELECT g.case_code
    FROM case_changes AS g
    UNION
    SELECT c.case_code
    FROM unlisted AS u
    INNER JOIN cases AS c ON u.community_code = c.community_code
    WHERE c.opened_at < CAST(:first_start AS timestamptz)
),

known_earlier AS MATERIALIZED (
    SELECT
        l.case_code,
        c.community_code,
        c.word,
        c.opened_at
    FROM earlier AS l
    -- One by one: the fence keeps the table from being read where many might be looked up.
    CROSS JOIN
        LATERAL (
            SELECT
                k.community_code,
                CASE
                    WHEN k.kind <> 'repair' THEN k.kind
                    ELSE 'repair_' || coalesce(nullif(k.area, ''), 'unsaid')
                END AS word,
                k.opened_at
            FROM cases AS k
            WHERE k.case_code = l.case_code AND k.opened_at < CAST(:first_start AS timestamptz)
            OFFSET 0
        ) AS c
),

judged AS MATERIALIZED (
    SELECT
        c.case_code,
        c.community_code,
        c.word,
        FALSE AS is_emergency,
        '' AS feedback_class,
        c.opened_at,
        e.finished_at,
        e.is_reopened
    FROM known_earlier AS c
    INNER JOIN report_communities AS r ON c.community_code = r.community_code AND c.opened_at >= r.live_at
    CROSS JOIN
        LATERAL (
            SELECT
                min(m.event_at) FILTER (WHERE m.event IN ('resolved', 'closed')) AS finished_at,
                coalesce(bool_or(m.event = 'reopened'), FALSE) AS is_reopened
            FROM case_events AS m
            WHERE m.case_code = c.case_code
        ) AS e
),

reopened AS MATERIALIZED (
    SELECT
        j.case_code,
        j.community_code,
        j.word,
        j.is_emergency,
        j.feedback_class,
        j.opened_at
    FROM judged AS j
    WHERE j.is_reopened
    UNION ALL
    SELECT
        m.case_code,
        m.community_code,
        m.word,
        m.is_emergency,
        m.feedback_class,
        m.opened_at
    FROM met AS m
    WHERE m.is_reopened AND m.opened_at IS NOT NULL
),

moves AS MATERIALIZED (
    SELECT
        x.case_code,
        e.event_at,
        e.event = 'reopened' AS is_reopened
    FROM reopened AS x
    INNER JOIN case_events AS e ON x.case_code = e.case_code
    WHERE e.event IN ('resolved', 'closed', 'reopened')
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
    n.case_code,
    n.community_code,
    n.word,
    n.is_emergency,
    n.feedback_class,
    n.opened_at,
    TRUE AS is_first,
    n.opened_at AS begins_at,
    CASE WHEN n.finished_at IS NOT NULL THEN greatest(n.finished_at, n.opened_at) END AS finished_at,
    CAST(NULL AS timestamptz) AS until
FROM met AS n
WHERE n.opened_at IS NOT NULL AND NOT n.is_reopened
UNION ALL
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
    x.case_code,
    x.community_code,
    x.word,
    x.is_emergency,
    x.feedback_class,
    x.opened_at,
    d.begins_at = CAST('-infinity' AS timestamptz) AS is_first,
    greatest(d.begins_at, x.opened_at) AS begins_at,
    CASE WHEN d.finished_at IS NOT NULL THEN greatest(d.finished_at, x.opened_at) END AS finished_at,
    d.until
FROM rounds AS d
INNER JOIN reopened AS x ON d.case_code = x.case_code
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
    AND c.opened_at < CAST(:first_start AS timestamptz)
    AND NOT EXISTS (
        SELECT 1
        FROM earlier AS l
        WHERE l.case_code = o.case_code
    )
