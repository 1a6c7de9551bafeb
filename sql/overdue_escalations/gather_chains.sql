-- Every start of policies that start from the first of several sources that exists.
--
-- A visit counts from the answer, else from the assignment: while nobody has answered, the assignment is the start. So
-- a start is in force from its own instant until a source of higher rank exists (superseded_at); the last one stays.
--
-- Reads: openings (temporary), deadline_choices
-- Writes: openings (temporary), one row per opening, chain of sources and start
-- Rerun: once per transaction
--
-- Params: none
INSERT INTO openings (
    case_code, occurrence, is_assessment, chain_id, is_whole, office_axis, policy_slot, case_class, case_opened_at,
    begins_at, booked_at, superseded_at, event_mask, at_1, at_2, at_3, at_4, at_5, at_6, at_7, at_8, at_9, at_10, at_11,
    at_12, at_13, case_ended_at, paused_at, resumed_at
)
WITH chains AS (
    SELECT DISTINCT
        x.chain_id,
        x.case_class,
        x.policy_slot,
        x.start_chain
    FROM deadline_choices AS x
    WHERE x.chain_id > 0
),

sources AS (
    SELECT
        o.case_code,
        o.occurrence,
        c.chain_id,
        u.place,
        CASE u.source
            WHEN 0 THEN o.begins_at
            WHEN 1 THEN o.booked_at
            ELSE event_instant(
                u.source - 1, o.at_1, o.at_2, o.at_3, o.at_4, o.at_5, o.at_6, o.at_7, o.at_8, o.at_9, o.at_10, o.at_11,
                o.at_12, o.at_13
            )
        END AS starts_at,
        u.source <= 1 AS is_known_before
    FROM openings AS o
    INNER JOIN chains AS c ON o.case_class = c.case_class AND o.policy_slot = c.policy_slot
    CROSS JOIN unnest(c.start_chain) WITH ORDINALITY AS u (source, place)
    WHERE
        o.is_whole
        AND o.chain_id = 0
        AND NOT o.is_assessment
        AND (u.source <= 1 OR o.event_mask & (1 << greatest(u.source - 2, 0)) <> 0)
),

ranked AS (
    SELECT
        s.case_code,
        s.occurrence,
        s.chain_id,
        s.place,
        s.starts_at,
        CASE WHEN s.is_known_before THEN timestamptz '-infinity' ELSE s.starts_at END AS known_at,
        min(s.place) OVER (
            PARTITION BY s.case_code, s.occurrence, s.chain_id
            ORDER BY s.is_known_before DESC, CASE WHEN NOT s.is_known_before THEN s.starts_at END, s.place ASC
            ROWS UNBOUNDED PRECEDING
        ) AS best_place
    FROM sources AS s
    WHERE s.starts_at IS NOT NULL
),

starts AS (
    SELECT
        r.case_code,
        r.occurrence,
        r.chain_id,
        r.starts_at,
        lead(r.known_at)
            OVER (PARTITION BY r.case_code, r.occurrence, r.chain_id ORDER BY r.place DESC)
            AS superseded_at
    FROM ranked AS r
    WHERE r.place = r.best_place
)

SELECT
    o.case_code,
    o.occurrence,
    FALSE,
    s.chain_id,
    TRUE,
    o.office_axis,
    o.policy_slot,
    o.case_class,
    o.case_opened_at,
    s.starts_at,
    o.booked_at,
    s.superseded_at,
    o.event_mask,
    o.at_1,
    o.at_2,
    o.at_3,
    o.at_4,
    o.at_5,
    o.at_6,
    o.at_7,
    o.at_8,
    o.at_9,
    o.at_10,
    o.at_11,
    o.at_12,
    o.at_13,
    o.case_ended_at,
    o.paused_at,
    o.resumed_at
FROM starts AS s
INNER JOIN openings AS o
    ON
        s.case_code = o.case_code
        AND s.occurrence = o.occurrence
        AND NOT o.is_assessment
        AND o.chain_id = 0
        AND o.is_whole
WHERE s.superseded_at IS NULL OR s.superseded_at > s.starts_at
