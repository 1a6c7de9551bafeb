-- A case as its explanation begins: what and where it is, whether its community is served, and how far deadlines are
-- computed.
--
-- Reads: cases, communities, customers, case_events, served_communities, escalation_progress
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   case_code (text): the case
--   as_of (timestamptz): later events are invisible, inclusive
SELECT
    c.case_code,
    c.community_code,
    k.community_name,
    c.unit_code,
    u.customer_name,
    coalesce(u.vip, FALSE) AS is_vip,
    c.kind,
    c.area,
    c.urgency,
    c.fault_level,
    coalesce(c.announced_outage, FALSE) AS is_outage,
    c.channel,
    c.handler,
    c.description,
    c.opened_at,
    c.booked_at,
    e.event AS last_event,
    e.event_at AS last_event_at,
    v.live_from AS served_from,
    p.computed_to
FROM cases AS c
INNER JOIN communities AS k ON c.community_code = k.community_code
LEFT JOIN customers AS u ON c.customer_code = u.customer_code
LEFT JOIN served_communities AS v ON c.community_code = v.community_code
LEFT JOIN escalation_progress AS p ON p.pipeline = 'overdue_escalations'
LEFT JOIN LATERAL (
    SELECT
        t.event,
        t.event_at
    FROM case_events AS t
    WHERE t.case_code = c.case_code AND t.event_at <= :as_of
    ORDER BY t.event_at DESC, t.event DESC
    LIMIT 1
) AS e ON TRUE
WHERE c.case_code = :case_code
