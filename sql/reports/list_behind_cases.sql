-- The cases a figure of cases counts, each 1: taken in, finished, reopened, open or overdue at the end.
--
-- Of a community whose calendar is missing no list of open cases is kept: all its cases are looked at; which of them are
-- overdue is not known.
--
-- Reads: cases, case_events, case_changes, open_cases, deadlines, deadline_changes, deadline_former_starts,
--     served_communities, working_calendars
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   measure (text): figure without its word, such as cases_in, cases_out or feedback
--   word (text): kind of case, or class of feedback; total or blank: all
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; the rows are judged as at it
--   community_codes (text[]): communities of the scope
--   live_from (date[]): first day each is served, in the same order
--   row_limit (int): rows at most
WITH places AS (
    SELECT
        g.community_code,
        CAST(g.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
    FROM unnest(CAST(:community_codes AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
),

unlisted AS (
    SELECT p.community_code
    FROM places AS p
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM served_communities AS s
            INNER JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
            WHERE s.community_code = p.community_code
        )
),

chosen AS (
    SELECT c.case_code
    FROM cases AS c
    WHERE c.opened_at >= CAST(:starts AS timestamptz) AND c.opened_at < CAST(:ends AS timestamptz)
    UNION
    SELECT e.case_code
    FROM case_events AS e
    WHERE
        e.event_at >= CAST(:starts AS timestamptz)
        AND e.event_at < CAST(:ends AS timestamptz)
        AND e.event IN ('resolved', 'closed', 'reopened')
        AND CAST(:measure AS text) IN ('cases_out', 'cases_reopened')
    UNION
    SELECT e.case_code
    FROM case_events AS e
    WHERE
        e.event_at >= CAST(:ends AS timestamptz)
        AND e.event IN ('resolved', 'closed')
        AND CAST(:measure AS text) IN ('cases_open', 'cases_overdue')
    UNION
    SELECT g.case_code
    FROM case_changes AS g
    WHERE CAST(:measure AS text) IN ('cases_open', 'cases_overdue')
    UNION
    SELECT o.case_code
    FROM open_cases AS o
    WHERE CAST(:measure AS text) IN ('cases_open', 'cases_overdue')
    UNION
    SELECT c.case_code
    FROM unlisted AS u
    INNER JOIN cases AS c ON u.community_code = c.community_code
    WHERE c.opened_at < CAST(:starts AS timestamptz) AND CAST(:measure AS text) = 'cases_open'
),

late AS MATERIALIZED (
    SELECT
        d.case_code,
        min(d.due_at) AS due_at
    FROM deadlines_past_due(CASE WHEN CAST(:measure AS text) = 'cases_overdue' THEN CAST(:ends AS timestamptz) END) AS d
    GROUP BY d.case_code
),

judged AS (
    SELECT
        c.case_code,
        c.community_code,
        CASE WHEN c.kind <> 'repair' THEN c.kind ELSE 'repair_' || coalesce(nullif(c.area, ''), 'unsaid') END AS kind,
        c.urgency,
        coalesce(c.feedback_class, 'unclassified') AS feedback_class,
        c.opened_at,
        c.opened_at >= CAST(:starts AS timestamptz) AS is_new,
        b.finished_at AS finished_before,
        a.finished_at AS finished_at
    FROM chosen AS h
    INNER JOIN cases AS c ON h.case_code = c.case_code
    INNER JOIN places AS p ON c.community_code = p.community_code AND c.opened_at >= p.live_at
    CROSS JOIN
        LATERAL (
            SELECT CASE WHEN count(*) > 0 THEN greatest(min(e.event_at), c.opened_at) END AS finished_at
            FROM case_events AS e
            WHERE
                CAST(:measure AS text) = 'cases_reopened'
                AND e.case_code = c.case_code
                AND e.event IN ('resolved', 'closed')
                AND e.event_at < CAST(:starts AS timestamptz)
                AND NOT EXISTS (
                    SELECT 1
                    FROM case_events AS r
                    WHERE
                        r.case_code = c.case_code
                        AND r.event = 'reopened'
                        AND r.event_at >= e.event_at
                        AND r.event_at < CAST(:starts AS timestamptz)
                )
        ) AS b
    CROSS JOIN
        LATERAL (
            SELECT CASE WHEN count(*) > 0 THEN greatest(min(e.event_at), c.opened_at) END AS finished_at
            FROM case_events AS e
            WHERE
                CAST(:measure AS text) LIKE 'cases%'
                AND CAST(:measure AS text) <> 'cases_in'
                AND e.case_code = c.case_code
                AND e.event IN ('resolved', 'closed')
                AND e.event_at < CAST(:ends AS timestamptz)
                AND NOT EXISTS (
                    SELECT 1
                    FROM case_events AS r
                    WHERE
                        r.case_code = c.case_code
                        AND r.event = 'reopened'
                        AND r.event_at >= e.event_at
                        AND r.event_at < CAST(:ends AS timestamptz)
                )
        ) AS a
    WHERE c.opened_at < CAST(:ends AS timestamptz)
),

behind AS (
    SELECT
        j.community_code,
        j.case_code AS code,
        j.kind AS note,
        CASE
            WHEN CAST(:measure AS text) = 'cases_out' THEN j.finished_at
            WHEN CAST(:measure AS text) = 'cases_overdue' THEN d.due_at
            ELSE j.opened_at
        END AS happened_at,
        CAST(1 AS numeric) AS numerator,
        CAST(NULL AS numeric) AS denominator
    FROM judged AS j
    LEFT JOIN late AS d
        ON j.case_code = d.case_code AND j.community_code NOT IN (SELECT u.community_code FROM unlisted AS u)
    WHERE
        CASE CAST(:measure AS text)
            WHEN 'cases_in' THEN j.is_new
            WHEN 'emergencies' THEN j.is_new AND j.urgency = 'emergency'
            WHEN 'feedback' THEN j.is_new AND j.feedback_class = CAST(:word AS text)
            WHEN 'cases_out' THEN j.finished_at >= CAST(:starts AS timestamptz)
            WHEN 'cases_reopened'
                THEN
                    NOT j.is_new
                    AND j.finished_before IS NOT NULL
                    AND j.finished_before IS DISTINCT FROM j.finished_at
            WHEN 'cases_open' THEN j.finished_at IS NULL
            WHEN 'cases_overdue' THEN j.finished_at IS NULL AND d.due_at IS NOT NULL
            ELSE FALSE
        END
        AND (CAST(:word AS text) IN ('', 'total', j.kind) OR CAST(:measure AS text) = 'feedback')
)

SELECT
    b.community_code,
    b.code,
    b.note,
    b.happened_at,
    b.numerator,
    b.denominator,
    count(*) OVER () AS total_rows,
    sum(b.numerator) OVER () AS total_numerator,
    sum(b.denominator) OVER () AS total_denominator
FROM behind AS b
ORDER BY b.happened_at ASC, b.community_code ASC, b.code ASC
LIMIT CAST(:row_limit AS integer)
