-- The further openings of reopened cases, and the assessments, each with the first instant of each event after it.
--
-- A reopening starts everything anew, whatever became of the opening before. Each assessment is an occasion of its own;
-- one while the case is resolved or closed is none. Events at the instant of a reopening belong to what follows it, save
-- resolved and closed. Nothing bounds the first opening below: an event noted before it (clocks differ) still counts. A
-- booking belongs to the opening it falls into, one before the first to the first. What starts or conditions a deadline
-- must lie before the next opening; what meets or ends it may come at any time after.
--
-- Reads: openings (temporary), chosen_cases, chosen_events (views), served_communities
-- Writes: openings (temporary), one row per opening of a reopened case and per assessment
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): later facts are invisible, inclusive
INSERT INTO openings (
    case_code, occurrence, is_assessment, chain_id, is_whole, office_axis, policy_slot, case_class, case_opened_at,
    begins_at, booked_at, event_mask, at_1, at_2, at_3, at_4, at_5, at_6, at_7, at_8, at_9, at_10, at_11, at_12, at_13,
    case_ended_at, paused_at, resumed_at
)
WITH special AS (
    SELECT
        c.case_code,
        c.kind,
        c.area,
        c.urgency,
        c.fault_level,
        c.opened_at,
        c.booked_at,
        o.is_whole,
        o.office_axis,
        o.policy_slot,
        CAST(s.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
    FROM openings AS o
    INNER JOIN chosen_cases AS c ON o.case_code = c.case_code
    INNER JOIN served_communities AS s ON c.community_code = s.community_code
    WHERE NOT o.is_whole OR o.at_4 IS NOT NULL
),

visible AS (
    SELECT
        e.case_code,
        e.event_at,
        e.event
    FROM chosen_events AS e
    INNER JOIN special AS s ON e.case_code = s.case_code
    WHERE e.event_at <= :as_of
),

rounds AS (
    SELECT
        r.case_code,
        r.round_at,
        r.events_from,
        row_number() OVER in_order AS occurrence,
        lead(r.round_at) OVER in_order AS next_at
    FROM (
        SELECT
            s.case_code,
            s.opened_at AS round_at,
            timestamptz '-infinity' AS events_from
        FROM special AS s
        UNION ALL
        SELECT
            v.case_code,
            v.event_at,
            v.event_at
        FROM visible AS v
        WHERE v.event = 'reopened'
    ) AS r
    WINDOW in_order AS (PARTITION BY r.case_code ORDER BY r.events_from)
),

occasions AS (
    SELECT
        r.case_code,
        r.occurrence,
        FALSE AS is_assessment,
        r.round_at,
        r.round_at AS begins_at,
        r.events_from,
        r.events_from AS round_from,
        r.next_at
    FROM rounds AS r
    INNER JOIN special AS s ON r.case_code = s.case_code AND NOT s.is_whole
    UNION ALL
    SELECT
        a.case_code,
        row_number() OVER (PARTITION BY a.case_code ORDER BY a.event_at),
        TRUE,
        r.round_at,
        a.event_at,
        a.event_at,
        r.events_from,
        r.next_at
    FROM visible AS a
    INNER JOIN rounds AS r
        ON
            a.case_code = r.case_code
            AND a.event_at >= r.events_from
            AND (r.next_at IS NULL OR a.event_at < r.next_at)
    WHERE a.event = 'assessment'
),

retold AS (
    SELECT
        o.case_code,
        o.occurrence,
        o.is_assessment,
        o.round_at,
        o.begins_at,
        o.next_at,
        min(v.event_at) FILTER (WHERE v.event = 'assigned' AND v.event_at >= o.events_from) AS at_1,
        min(v.event_at) FILTER (WHERE v.event = 'answered' AND v.event_at >= o.events_from) AS at_2,
        min(v.event_at) FILTER (WHERE v.event = 'arrived' AND v.event_at >= o.events_from) AS at_3,
        min(v.event_at) FILTER (WHERE v.event = 'assessment' AND v.event_at >= o.events_from) AS at_4,
        min(v.event_at) FILTER (WHERE v.event = 'back_on_site' AND v.event_at >= o.events_from) AS at_5,
        min(v.event_at) FILTER (WHERE v.event = 'cannot_solve' AND v.event_at >= o.events_from) AS at_6,
        min(v.event_at) FILTER (WHERE v.event = 'told_superior' AND v.event_at >= o.events_from) AS at_7,
        min(v.event_at) FILTER (WHERE v.event = 'paused' AND v.event_at >= o.events_from) AS at_8,
        min(v.event_at) FILTER (WHERE v.event = 'resumed' AND v.event_at >= o.events_from) AS at_9,
        min(v.event_at) FILTER (WHERE v.event = 'resolved' AND v.event_at > o.round_from) AS at_10,
        min(v.event_at) FILTER (WHERE v.event = 'closed' AND v.event_at > o.round_from) AS at_11,
        min(v.event_at) FILTER (WHERE v.event = 'reopened' AND v.event_at > o.events_from) AS at_12,
        min(v.event_at) FILTER (WHERE v.event = 'report_outcome' AND v.event_at >= o.events_from) AS at_13,
        array_agg(v.event_at) FILTER (WHERE v.event = 'paused') AS paused_at,
        array_agg(v.event_at) FILTER (WHERE v.event = 'resumed' OR (v.event = 'reopened' AND v.event_at > o.round_from))
            AS resumed_at
    FROM occasions AS o
    LEFT JOIN visible AS v ON o.case_code = v.case_code AND o.round_from <= v.event_at
    GROUP BY o.case_code, o.occurrence, o.is_assessment, o.round_at, o.begins_at, o.next_at
)

SELECT
    t.case_code,
    t.occurrence,
    t.is_assessment,
    0,
    TRUE,
    s.office_axis,
    s.policy_slot,
    case_class(s.kind, s.area, s.urgency, s.fault_level, b.booked_at),
    s.opened_at,
    t.begins_at,
    b.booked_at,
    events_seen(
        t.at_1, t.at_2, t.at_3, t.at_4, t.at_5, t.at_6, t.at_7, t.at_8, t.at_9, t.at_10, t.at_11, t.at_12, t.at_13,
        coalesce(t.next_at, timestamptz 'infinity')
    ),
    t.at_1,
    t.at_2,
    t.at_3,
    t.at_4,
    t.at_5,
    t.at_6,
    t.at_7,
    t.at_8,
    t.at_9,
    t.at_10,
    t.at_11,
    t.at_12,
    t.at_13,
    least(t.at_10, t.at_11),
    t.paused_at,
    t.resumed_at
FROM retold AS t
INNER JOIN special AS s ON t.case_code = s.case_code
CROSS JOIN
    LATERAL (
        SELECT
            CASE
                WHEN
                    (s.booked_at >= t.round_at OR t.round_at = s.opened_at)
                    AND (t.next_at IS NULL OR s.booked_at < t.next_at)
                    THEN s.booked_at
            END AS booked_at
    ) AS b
WHERE
    t.round_at >= s.live_at
    AND (NOT t.is_assessment OR coalesce(least(t.at_10, t.at_11) > t.begins_at, TRUE))
