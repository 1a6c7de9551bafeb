-- CASE-05: the open cases of served communities as a shift hands them over: what, who, when, state, handler and the
-- next deadline. Each case stands in the first section that fits: emergency, vip, chase (a deadline is overdue, or a
-- step of level 1 or higher was raised and stands), outage (announced before), other.
--
-- Reads: open_cases, served_communities, cases, communities, customers, case_events, staff, deadlines, escalations
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   as_of (timestamptz): later facts are invisible, inclusive; what is due before it is overdue, exclusive
--   community_codes (text[]): communities asked for; blank: all
WITH listed AS (
    SELECT
        o.case_code,
        c.community_code,
        k.community_name,
        c.unit_code,
        c.kind,
        c.urgency,
        c.description,
        c.opened_at,
        coalesce(c.announced_outage, FALSE) AS is_outage,
        u.customer_name,
        coalesce(u.vip, FALSE) AS is_vip,
        e.event AS last_event,
        coalesce(e.event_at, c.opened_at) AS state_since,
        coalesce(c.handler, a.staff_code) AS handler_code,
        d.milestone,
        d.due_at,
        x.level
    FROM open_cases AS o
    INNER JOIN served_communities AS v ON o.community_code = v.community_code
    INNER JOIN cases AS c ON o.case_code = c.case_code
    INNER JOIN communities AS k ON c.community_code = k.community_code
    LEFT JOIN customers AS u ON c.customer_code = u.customer_code
    LEFT JOIN LATERAL (
        SELECT
            t.event,
            t.event_at
        FROM case_events AS t
        WHERE t.case_code = o.case_code AND t.event_at <= :as_of
        ORDER BY t.event_at DESC, t.event DESC
        LIMIT 1
    ) AS e ON TRUE
    LEFT JOIN LATERAL (
        SELECT t.staff_code
        FROM case_events AS t
        WHERE
            t.case_code = o.case_code AND t.event = 'assigned' AND t.event_at <= :as_of AND t.staff_code IS NOT NULL
        ORDER BY t.event_at DESC
        LIMIT 1
    ) AS a ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            t.milestone,
            t.due_at
        FROM deadlines AS t
        WHERE t.case_code = o.case_code AND t.ended_at IS NULL
        ORDER BY t.due_at ASC NULLS LAST, t.milestone ASC, t.occurrence ASC
        LIMIT 1
    ) AS d ON TRUE
    LEFT JOIN LATERAL (
        SELECT max(t.level) AS level
        FROM escalations AS t
        WHERE t.case_code = o.case_code AND t.level >= 1 AND t.raised_at <= :as_of AND t.stood_down_at IS NULL
    ) AS x ON TRUE
    WHERE
        o.opened_at <= :as_of
        AND (
            CAST(:community_codes AS text[]) IS NULL OR o.community_code = any(CAST(:community_codes AS text[]))
        )
)

SELECT
    CASE
        WHEN l.urgency = 'emergency' THEN 'emergency'
        WHEN l.is_vip THEN 'vip'
        WHEN l.due_at < :as_of OR l.level IS NOT NULL THEN 'chase'
        WHEN l.is_outage THEN 'outage'
        ELSE 'other'
    END AS section,
    l.case_code,
    l.community_code,
    l.community_name,
    l.unit_code,
    l.kind,
    l.urgency,
    l.description,
    l.opened_at,
    l.is_outage,
    l.customer_name,
    l.is_vip,
    l.last_event,
    l.state_since,
    l.handler_code,
    s.staff_name AS handler_name,
    l.milestone,
    l.due_at,
    l.level
FROM listed AS l
LEFT JOIN staff AS s ON l.handler_code = s.staff_code
ORDER BY l.due_at ASC NULLS LAST, l.opened_at ASC, l.case_code ASC
