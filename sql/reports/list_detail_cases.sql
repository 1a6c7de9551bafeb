-- The cases behind a scope's figures: taken in or finished in the period, and those still open at its end.
--
-- Of a community whose calendar is missing no list of open cases is kept: all its cases are looked at.
--
-- Reads: cases, case_events, open_cases, case_changes, customers, served_communities, working_calendars
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   starts (timestamptz): first instant of the period, inclusive
--   ends (timestamptz): end of the period, exclusive; later facts are not looked at
--   community_codes (text[]): communities of the scope
--   live_from (date[]): first day each is served, in the same order
--   is_by_community (boolean): rows are limited and counted in each community, not in all
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
    WHERE e.event_at >= CAST(:starts AS timestamptz) AND e.event IN ('resolved', 'closed', 'reopened')
    UNION
    SELECT g.case_code
    FROM case_changes AS g
    UNION
    SELECT o.case_code
    FROM open_cases AS o
    UNION
    SELECT c.case_code
    FROM unlisted AS u
    INNER JOIN cases AS c ON u.community_code = c.community_code
    WHERE c.opened_at < CAST(:starts AS timestamptz)
),

judged AS (
    SELECT
        c.case_code,
        c.community_code,
        c.kind,
        c.area,
        c.urgency,
        c.unit_code,
        c.customer_code,
        c.opened_at,
        c.handler,
        (
            SELECT greatest(min(e.event_at), c.opened_at)
            FROM case_events AS e
            WHERE
                e.case_code = c.case_code
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
            HAVING count(*) > 0
        ) AS finished_at
    FROM chosen AS h
    INNER JOIN cases AS c ON h.case_code = c.case_code
    INNER JOIN places AS p ON c.community_code = p.community_code AND c.opened_at >= p.live_at
    WHERE c.opened_at < CAST(:ends AS timestamptz)
),

found AS (
    SELECT
        j.community_code,
        j.case_code,
        CASE WHEN j.kind <> 'repair' THEN j.kind ELSE 'repair_' || coalesce(nullif(j.area, ''), 'unsaid') END AS kind,
        j.urgency,
        j.unit_code,
        k.customer_name,
        k.phone,
        j.opened_at,
        j.finished_at,
        j.handler,
        row_number() OVER (
            PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN j.community_code END
            ORDER BY j.community_code ASC, j.opened_at ASC, j.case_code ASC
        ) AS place,
        count(*) OVER (PARTITION BY CASE WHEN CAST(:is_by_community AS boolean) THEN j.community_code END) AS total
    FROM judged AS j
    LEFT JOIN customers AS k ON j.customer_code = k.customer_code
    WHERE
        j.opened_at >= CAST(:starts AS timestamptz)
        OR j.finished_at IS NULL
        OR j.finished_at >= CAST(:starts AS timestamptz)
)

SELECT
    f.community_code,
    f.case_code,
    f.kind,
    f.urgency,
    f.unit_code,
    f.customer_name,
    f.phone,
    f.opened_at,
    f.finished_at,
    f.handler,
    f.total
FROM found AS f
WHERE f.place <= CAST(:row_limit AS integer)
ORDER BY f.community_code ASC, f.place ASC
