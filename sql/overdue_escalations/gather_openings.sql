-- The openings of the chosen cases, with the first instant of each event in them.
--
-- Reads: chosen_cases, chosen_events (views), served_communities, working_calendars
-- Writes: openings (temporary), one row per case; of a reopened case the base of gather_occasions, no more
-- Rerun: once per transaction
--
-- Params:
--   as_of (timestamptz): later facts are invisible, inclusive
CREATE TEMPORARY TABLE openings ON COMMIT DROP AS
WITH firsts AS (
    SELECT
        v.case_code,
        min(v.event_at) FILTER (WHERE v.event = 'assigned') AS at_1,
        min(v.event_at) FILTER (WHERE v.event = 'answered') AS at_2,
        min(v.event_at) FILTER (WHERE v.event = 'arrived') AS at_3,
        min(v.event_at) FILTER (WHERE v.event = 'assessment') AS at_4,
        min(v.event_at) FILTER (WHERE v.event = 'back_on_site') AS at_5,
        min(v.event_at) FILTER (WHERE v.event = 'cannot_solve') AS at_6,
        min(v.event_at) FILTER (WHERE v.event = 'told_superior') AS at_7,
        min(v.event_at) FILTER (WHERE v.event = 'resolved') AS at_10,
        min(v.event_at) FILTER (WHERE v.event = 'closed') AS at_11,
        min(v.event_at) FILTER (WHERE v.event = 'report_outcome') AS at_13,
        array_agg(v.event_at) FILTER (WHERE v.event = 'paused') AS paused_at,
        array_agg(v.event_at) FILTER (WHERE v.event = 'resumed') AS resumed_at,
        array_agg(v.event_at) FILTER (WHERE v.event = 'reopened') AS reopened_at
    FROM chosen_events AS v
    WHERE v.event_at <= :as_of
    GROUP BY v.case_code
)

SELECT
    c.case_code,
    1 AS occurrence,
    FALSE AS is_assessment,
    0 AS chain_id,
    f.reopened_at IS NULL AS is_whole,
    w.axis AS office_axis,
    s.policy_slot,
    case_class(c.kind, c.area, c.urgency, c.fault_level, c.booked_at) AS case_class,
    c.opened_at AS case_opened_at,
    c.opened_at AS begins_at,
    c.booked_at,
    CAST(NULL AS timestamptz) AS superseded_at,
    events_seen(
        f.at_1, f.at_2, f.at_3, f.at_4, f.at_5, f.at_6, f.at_7, f.paused_at[1], f.resumed_at[1], f.at_10, f.at_11, NULL,
        f.at_13, timestamptz 'infinity'
    ) AS event_mask,
    f.at_1,
    f.at_2,
    f.at_3,
    f.at_4,
    f.at_5,
    f.at_6,
    f.at_7,
    CASE WHEN f.paused_at IS NOT NULL THEN (SELECT min(u.at) FROM unnest(f.paused_at) AS u (at)) END AS at_8,
    CASE WHEN f.resumed_at IS NOT NULL THEN (SELECT min(u.at) FROM unnest(f.resumed_at) AS u (at)) END AS at_9,
    f.at_10,
    f.at_11,
    CAST(NULL AS timestamptz) AS at_12,
    f.at_13,
    least(f.at_10, f.at_11) AS case_ended_at,
    f.paused_at,
    f.resumed_at
FROM chosen_cases AS c
INNER JOIN served_communities AS s ON c.community_code = s.community_code
INNER JOIN working_calendars AS w ON s.working_calendar = w.calendar_code
LEFT JOIN firsts AS f ON c.case_code = f.case_code
WHERE
    c.opened_at <= :as_of
    AND (c.opened_at >= CAST(s.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' OR f.reopened_at IS NOT NULL)
