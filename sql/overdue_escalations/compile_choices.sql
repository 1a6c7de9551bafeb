-- ESC-01 to 08: which policy gives which deadline, for every class of case, period of opening and policy slot.
--
-- Of the policies that fit, the most specific wins: community, then fault level, urgency, area; among equals one that is
-- enabled, the later valid_from, the code. A winner that is not enabled means: no such deadline. A policy that cannot be
-- carried out (find_unusable_policies) does not take part.
--
-- Reads: deadline_policies, ladder_steps, working_calendars
-- Writes: deadline_choices, one row per policy slot, class of case, period of opening and milestone
-- Rerun: after clear_choices only
--
-- Params:
--   slot_communities (text[]): communities with policies of their own; slot n is the nth, slot 0 all others
WITH parsed AS (
    SELECT
        p.policy_code,
        p.community_code,
        p.kind,
        p.area,
        p.urgency,
        p.fault_level,
        p.booking,
        p.milestone,
        p.valid_from,
        coalesce(p.valid_to + 1, date '9999-12-31') AS valid_before,
        coalesce(p.enabled, TRUE) AS is_enabled,
        p.calendar,
        p.pauses,
        CASE p.budget_unit WHEN 'minutes' THEN round(p.budget * 60) WHEN 'seconds' THEN round(p.budget) END
            AS budget_seconds,
        CASE WHEN p.budget_unit LIKE 'working_days%' THEN p.budget END AS budget_days,
        p.budget_unit = 'working_days_end' AS is_day_end,
        event_number(p.needs_event) AS needs_number,
        p.needs_event,
        (
            SELECT
                array_agg(
                    CASE
                        WHEN w.word IN ('opened_at', '受理时间') THEN 0
                        WHEN w.word IN ('booked_at', '预约时间') THEN 1
                        ELSE event_number(w.word) + 1
                    END
                    ORDER BY w.place
                )
            FROM unnest(listed_words(p.starts)) WITH ORDINALITY AS w (word, place)
        ) AS start_sources,
        (SELECT array_agg(event_number(w.word)) FROM unnest(listed_words(p.met_by)) AS w (word)) AS met_numbers
    FROM deadline_policies AS p
),

usable AS (
    SELECT
        u.*,
        5 = any(u.start_sources) AS is_per_assessment,
        cardinality(u.start_sources) > 1 AND NOT 5 = any(u.start_sources) AS is_chain
    FROM parsed AS u
    WHERE
        u.start_sources IS NOT NULL
        AND array_position(u.start_sources, NULL) IS NULL
        AND u.met_numbers IS NOT NULL
        AND array_position(u.met_numbers, NULL) IS NULL
        AND (u.needs_event IS NULL) = (u.needs_number IS NULL)
        AND u.valid_before > u.valid_from
        AND (u.budget_days IS NULL OR u.budget_days = trunc(u.budget_days))
        AND EXISTS (
            SELECT 1 FROM working_calendars AS w
            WHERE w.calendar_code = u.calendar
        )
),

boundaries AS (
    SELECT u.valid_from AS boundary
    FROM usable AS u
    UNION
    SELECT u.valid_before
    FROM usable AS u
),

periods AS (
    SELECT
        b.boundary AS opened_from,
        lead(b.boundary) OVER (ORDER BY b.boundary) AS opened_before
    FROM boundaries AS b
),

slots AS (
    SELECT
        0 AS slot,
        CAST(NULL AS text) AS community_code
    UNION ALL
    SELECT
        CAST(c.slot AS integer),
        c.community_code
    FROM unnest(CAST(:slot_communities AS text[])) WITH ORDINALITY AS c (community_code, slot)
),

classes AS (
    SELECT
        k.kind,
        a.area,
        u.urgency,
        f.fault_level,
        b.booked_at IS NOT NULL AS is_booked,
        case_class(k.kind, a.area, u.urgency, f.fault_level, b.booked_at) AS case_class
    FROM unnest(ARRAY['repair', 'complaint', 'enquiry', 'suggestion', 'system_fault']) AS k (kind)
    CROSS JOIN unnest(ARRAY[NULL, 'in_home', 'public']) AS a (area)
    CROSS JOIN unnest(ARRAY['ordinary', 'urgent', 'major', 'emergency']) AS u (urgency)
    CROSS JOIN unnest(ARRAY[NULL, 1, 2, 3, 4]) AS f (fault_level)
    CROSS JOIN unnest(ARRAY[NULL, timestamptz '2000-01-01']) AS b (booked_at)
),

winners AS (
    SELECT DISTINCT ON (s.slot, c.case_class, d.opened_from, u.milestone)
        s.slot,
        c.case_class,
        c.urgency AS case_urgency,
        d.opened_from,
        d.opened_before,
        u.*
    FROM usable AS u
    INNER JOIN slots AS s ON u.community_code IS NULL OR u.community_code = s.community_code
    INNER JOIN classes AS c
        ON
            u.kind = c.kind
            AND (u.area IS NULL OR u.area = c.area)
            AND (u.urgency IS NULL OR u.urgency = c.urgency)
            AND (u.fault_level IS NULL OR u.fault_level = c.fault_level)
            AND (u.booking IS NULL OR u.booking = c.is_booked)
    INNER JOIN periods AS d ON u.valid_from <= d.opened_from AND u.valid_before > d.opened_from
    ORDER BY
        s.slot ASC, c.case_class ASC, d.opened_from ASC, u.milestone ASC,
        (u.community_code IS NOT NULL) DESC, (u.fault_level IS NOT NULL) DESC, (u.urgency IS NOT NULL) DESC,
        (u.area IS NOT NULL) DESC, u.is_enabled DESC, u.valid_from DESC, u.policy_code ASC
),

first_offsets AS (
    SELECT
        l.policy_code,
        l.milestone,
        l.kind,
        l.urgency,
        min(l.offset_percent) AS first_percent,
        min(l.offset_seconds) FILTER (WHERE l.offset_kind IN ('minutes_after_start', 'at_once')) AS first_start_seconds,
        min(l.offset_seconds) FILTER (WHERE l.offset_kind = 'minutes_after_due') AS first_due_seconds
    FROM ladder_steps AS l
    GROUP BY l.policy_code, l.milestone, l.kind, l.urgency
)

INSERT INTO deadline_choices (
    policy_slot, case_class, opened_from, opened_before, milestone, policy_code, policy_valid_from, rule_id,
    is_per_assessment, start_source, chain_id, start_chain, required_mask, needs_event, met_mask, budget_seconds,
    budget_days, is_day_end, calendar, axis, pauses, first_percent, first_start_seconds, first_due_seconds
)
SELECT
    w.slot,
    w.case_class,
    CAST(w.opened_from AS timestamp) AT TIME ZONE 'Asia/Shanghai',
    CAST(w.opened_before AS timestamp) AT TIME ZONE 'Asia/Shanghai',
    w.milestone,
    w.policy_code,
    w.valid_from,
    CASE w.milestone
        WHEN 'answer'
            THEN
                CASE
                    WHEN w.case_urgency = 'major' THEN 'ESC-03'
                    WHEN w.kind = 'complaint' THEN 'ESC-06'
                    WHEN w.kind = 'enquiry' THEN 'ESC-07'
                    ELSE 'ESC-03'
                END
        WHEN 'tell_superior' THEN 'ESC-02'
        WHEN 'arrival' THEN 'ESC-04'
        WHEN 'back_on_site' THEN 'ESC-04'
        WHEN 'outcome' THEN 'ESC-01'
        WHEN 'restored' THEN 'ESC-08'
        ELSE 'ESC-05'
    END,
    w.is_per_assessment,
    CASE WHEN w.is_per_assessment OR w.is_chain THEN 0 ELSE w.start_sources[1] END,
    CASE
        WHEN
            w.is_chain
            THEN dense_rank() OVER (ORDER BY w.is_chain, CASE WHEN w.is_chain THEN w.start_sources END)
        ELSE 0
    END,
    CASE WHEN w.is_chain THEN w.start_sources END,
    CASE WHEN w.is_per_assessment OR w.is_chain OR w.start_sources[1] <= 1 THEN 0 ELSE 1 << (w.start_sources[1] - 2) END
    | CASE WHEN w.needs_number IS NULL THEN 0 ELSE 1 << (w.needs_number - 1) END,
    w.needs_number,
    (SELECT bit_or(1 << (m.number - 1)) FROM unnest(w.met_numbers) AS m (number)),
    w.budget_seconds,
    w.budget_days,
    w.is_day_end,
    w.calendar,
    k.axis,
    w.pauses,
    f.first_percent,
    f.first_start_seconds,
    f.first_due_seconds
FROM winners AS w
LEFT JOIN working_calendars AS k ON w.calendar = k.calendar_code AND w.calendar <> 'office'
LEFT JOIN first_offsets AS f
    ON
        w.policy_code = f.policy_code
        AND w.milestone = f.milestone
        AND w.kind = f.kind
        AND w.case_urgency = f.urgency
WHERE w.is_enabled
