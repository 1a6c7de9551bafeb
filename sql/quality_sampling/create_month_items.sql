-- Items of a month that no draw has taken: calls that ended in it and cases whose last closing lies in it, as the weeks'
-- frames hold them. A case is closed in a week when it was not reopened in it again; of several weeks the last one counts.
--
-- Reads: calls, cases, case_events, staff, quality_cases, callback_cases, samples; checked_communities, staff_teams
--        (temporary)
-- Writes: month_items (temporary), one row per item; lot: its keyed hash
-- Rerun: after it was dropped
--
-- Params:
--   starts_at (timestamptz): start of the month, or of the first week ever drawn, inclusive
--   ends_at (timestamptz): end of the month, exclusive
--   weeks_from (timestamptz): start of the week starts_at lies in, inclusive
--   weeks_to (timestamptz): end of the week the month's last day lies in, exclusive
--   closing_events (text[]): events that close a case
--   with_unanswered (boolean): calls that nobody took can be drawn, too
--   kinds (text[]): kinds there is a policy for; others are in the frame, and nothing of them can be drawn
--   random_seed (bigint): seed of the month's keyed hash
CREATE TEMPORARY TABLE month_items ON COMMIT DROP AS
WITH live AS (
    SELECT
        m.community_code,
        CAST(m.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
    FROM checked_communities AS m
),

earliest AS (
    SELECT min(v.live_at) AS live_at
    FROM live AS v
),

calls_of_month AS (
    SELECT
        c.call_code,
        c.ended_at,
        c.staff_code,
        c.direction,
        c.answered,
        coalesce(s.community_code, k.community_code) AS community_code
    FROM calls AS c
    INNER JOIN staff AS s ON c.staff_code = s.staff_code
    LEFT JOIN cases AS k ON s.community_code IS NULL AND c.case_code = k.case_code
    WHERE
        c.started_at >= CAST(:starts_at AS timestamptz) - interval '2 days'
        AND c.started_at < CAST(:ends_at AS timestamptz)
        AND c.ended_at >= CAST(:starts_at AS timestamptz)
        AND c.ended_at < CAST(:ends_at AS timestamptz)
),

closings AS (
    SELECT DISTINCT ON (e.case_code, date_trunc('week', e.event_at AT TIME ZONE 'Asia/Shanghai'))
        e.case_code,
        date_trunc('week', e.event_at AT TIME ZONE 'Asia/Shanghai') AS monday,
        e.event_at AS closed_at,
        e.staff_code AS closed_by
    FROM case_events AS e
    WHERE
        e.event = any(CAST(:closing_events AS text[]))
        AND e.event_at >= CAST(:weeks_from AS timestamptz)
        AND e.event_at < CAST(:weeks_to AS timestamptz)
    ORDER BY
        e.case_code ASC, date_trunc('week', e.event_at AT TIME ZONE 'Asia/Shanghai') ASC, e.event_at DESC, e.event ASC
),

last_closings AS (
    SELECT DISTINCT ON (c.case_code)
        c.case_code,
        c.closed_at,
        c.closed_by
    FROM closings AS c
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM case_events AS r
            WHERE
                r.case_code = c.case_code
                AND r.event = 'reopened'
                AND r.event_at > c.closed_at
                AND r.event_at < (c.monday + interval '7 days') AT TIME ZONE 'Asia/Shanghai'
        )
    ORDER BY c.case_code ASC, c.monday DESC
),

closed_cases_of_month AS (
    SELECT
        c.case_code,
        c.closed_at,
        coalesce(k.handler, g.staff_code, c.closed_by) AS staff_code,
        coalesce(nullif(btrim(normalize(k.channel, nfkc)), ''), 'none') AS channel,
        k.community_code,
        k.kind,
        NOT EXISTS (
            SELECT 1
            FROM callback_cases AS b
            WHERE b.case_code = c.case_code AND b.purpose = 'register_correction'
        ) AS is_judgeable
    FROM last_closings AS c
    INNER JOIN cases AS k ON c.case_code = k.case_code
    INNER JOIN live AS v ON k.community_code = v.community_code AND c.closed_at >= v.live_at
    LEFT JOIN LATERAL (
        SELECT a.staff_code
        FROM case_events AS a
        WHERE
            k.handler IS NULL
            AND a.case_code = c.case_code
            AND a.event = 'assigned'
            AND a.staff_code IS NOT NULL
            AND a.event_at <= c.closed_at
        ORDER BY a.event_at DESC
        LIMIT 1
    ) AS g ON TRUE
    WHERE
        c.closed_at >= CAST(:starts_at AS timestamptz)
        AND c.closed_at < CAST(:ends_at AS timestamptz)
        AND NOT EXISTS (
            SELECT 1
            FROM quality_cases AS o
            WHERE o.case_code = c.case_code
        )
),

items AS (
    SELECT
        'call' AS subject_kind,
        c.call_code AS subject_code,
        c.staff_code,
        c.ended_at AS occurred_at,
        c.direction AS channel,
        c.community_code,
        CASE WHEN c.answered THEN 'answered' ELSE 'unanswered' END AS outcome,
        (c.answered OR CAST(:with_unanswered AS boolean)) AND 'call' = any(CAST(:kinds AS text[])) AS is_drawable
    FROM calls_of_month AS c
    CROSS JOIN earliest AS e
    LEFT JOIN live AS v ON c.community_code = v.community_code
    WHERE
        CASE
            WHEN c.community_code IS NOT NULL THEN c.ended_at >= v.live_at
            ELSE c.ended_at >= e.live_at
        END
    UNION ALL
    SELECT
        'case' AS subject_kind,
        c.case_code AS subject_code,
        c.staff_code,
        c.closed_at AS occurred_at,
        c.channel,
        c.community_code,
        c.kind AS outcome,
        c.is_judgeable AND 'case' = any(CAST(:kinds AS text[])) AS is_drawable
    FROM closed_cases_of_month AS c
    WHERE c.staff_code IS NOT NULL
)

SELECT
    i.subject_kind,
    i.subject_code,
    i.staff_code,
    i.occurred_at,
    i.channel,
    i.community_code,
    i.outcome,
    i.is_drawable,
    t.team_code,
    hashtextextended(i.subject_code, CAST(:random_seed AS bigint)) AS lot
FROM items AS i
LEFT JOIN staff_teams AS t
    ON
        i.staff_code = t.staff_code
        AND CAST(i.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
WHERE
    NOT EXISTS (
        SELECT 1
        FROM samples AS s
        WHERE s.subject_kind = i.subject_kind AND s.subject_code = i.subject_code
    )
