-- ESC-01 to 08: every deadline of the openings at hand, as if nothing had paused it.
--
-- A budget of seconds is added in working time. A budget of working days is due at the same clock time n working days
-- later, or at that day's closing; a start outside hours counts from the next opening, and what lands outside hours is
-- due at the next opening. What meets a deadline after the case was resolved or closed does not: they have ended it.
-- Worked example, hours 9 to 18: Friday 17:00 plus 4 h is Monday 12:00; Saturday plus 1 working day is Tuesday 9:00.
--
-- Reads: openings (temporary), deadline_choices, working_clock, working_day_clock
-- Writes: computed_deadlines (temporary), one row per case, milestone, occurrence and start
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE computed_deadlines ON COMMIT DROP AS
WITH clock AS MATERIALIZED (
    SELECT
        c.opens,
        c.passed,
        c.shifts,
        c.reached
    FROM working_clock AS c
),

day_clock AS MATERIALIZED (
    SELECT
        c.day_opens,
        c.day_closes,
        c.days,
        c.zones
    FROM working_day_clock AS c
),

started AS (
    SELECT
        o.case_code,
        o.occurrence,
        o.superseded_at,
        o.case_ended_at,
        o.resumed_at,
        x.choice_id,
        x.budget_seconds,
        x.budget_days,
        x.is_day_end,
        coalesce(x.axis, o.office_axis) AS axis,
        axis_key(coalesce(x.axis, o.office_axis)) AS origin,
        CASE WHEN x.pauses THEN o.paused_at END AS paused_at,
        CASE x.start_source
            WHEN 0 THEN o.begins_at
            WHEN 1 THEN o.booked_at
            ELSE event_instant(
                x.start_source - 1, o.at_1, o.at_2, o.at_3, o.at_4, o.at_5, o.at_6, o.at_7, o.at_8, o.at_9, o.at_10,
                o.at_11, o.at_12, o.at_13
            )
        END AS starts_at,
        first_instant(
            x.met_mask, o.at_1, o.at_2, o.at_3, o.at_4, o.at_5, o.at_6, o.at_7, o.at_8, o.at_9, o.at_10, o.at_11, o.at_12,
            o.at_13
        ) AS met_at,
        CASE
            WHEN x.needs_event IS NOT NULL THEN event_instant(
                x.needs_event, o.at_1, o.at_2, o.at_3, o.at_4, o.at_5, o.at_6, o.at_7, o.at_8, o.at_9, o.at_10, o.at_11,
                o.at_12, o.at_13
            )
        END AS needed_at,
        width_bucket(
            axis_key(coalesce(x.axis, o.office_axis)) + whole_seconds(
                CASE x.start_source
                    WHEN 0 THEN o.begins_at
                    WHEN 1 THEN o.booked_at
                    ELSE event_instant(
                        x.start_source - 1, o.at_1, o.at_2, o.at_3, o.at_4, o.at_5, o.at_6, o.at_7, o.at_8, o.at_9, o.at_10,
                        o.at_11, o.at_12, o.at_13
                    )
                END
            ),
            (SELECT c.opens FROM clock AS c)
        ) AS segment
    FROM openings AS o
    INNER JOIN deadline_choices AS x
        ON
        x.case_class = o.case_class
        AND x.policy_slot = o.policy_slot
        AND x.is_per_assessment = o.is_assessment
        AND x.chain_id = o.chain_id
        AND x.opened_from <= o.case_opened_at
        AND x.opened_before > o.case_opened_at
        AND x.required_mask & ~o.event_mask = 0
    WHERE o.is_whole AND (x.start_source <> 1 OR o.booked_at IS NOT NULL)
    OFFSET 0
),

positioned AS (
    SELECT
        p.*,
        working_position(
            whole_seconds(p.starts_at), p.segment, (SELECT c.shifts FROM clock AS c), (SELECT c.reached FROM clock AS c)
        ) AS start_position,
        CASE
            WHEN p.budget_days IS NOT NULL THEN (
                SELECT
                    CASE
                        WHEN
                            l.instant + (SELECT c.shifts FROM clock AS c)[l.segment]
                            <= (SELECT c.reached FROM clock AS c)[l.segment]
                            THEN l.instant
                        ELSE (SELECT c.opens FROM clock AS c)[l.segment + 1] - p.origin
                    END
                FROM (
                    SELECT
                        t.instant,
                        width_bucket(p.origin + t.instant, (SELECT c.opens FROM clock AS c)) AS segment
                    FROM (
                        SELECT
                            CASE
                                WHEN p.is_day_end THEN (SELECT c.day_closes FROM day_clock AS c)[n.day_number]
                                ELSE whole_seconds(
                                    (
                                        (SELECT c.days FROM day_clock AS c)[n.day_number]
                                        + CAST(
                                            to_timestamp(n.from_instant)
                                            AT TIME ZONE (SELECT c.zones FROM day_clock AS c)[p.axis] AS time
                                        )
                                    ) AT TIME ZONE (SELECT c.zones FROM day_clock AS c)[p.axis]
                                )
                            END AS instant
                        FROM (
                            SELECT
                                b.from_instant,
                                p.budget_days + width_bucket(
                                    p.origin + b.from_instant, (SELECT c.day_opens FROM day_clock AS c)
                                ) AS day_number
                            FROM (
                                SELECT
                                    CASE
                                        WHEN
                                            whole_seconds(p.starts_at) + (SELECT c.shifts FROM clock AS c)[p.segment]
                                            < (SELECT c.reached FROM clock AS c)[p.segment]
                                            THEN whole_seconds(p.starts_at)
                                        ELSE (SELECT c.opens FROM clock AS c)[p.segment + 1] - p.origin
                                    END AS from_instant
                                OFFSET 0
                            ) AS b
                            OFFSET 0
                        ) AS n
                        OFFSET 0
                    ) AS t
                    OFFSET 0
                ) AS l
            )
        END AS day_due
    FROM started AS p
    OFFSET 0
)

SELECT
    d.case_code,
    d.occurrence,
    d.choice_id,
    d.axis,
    d.starts_at,
    d.superseded_at,
    CASE
        WHEN d.day_due IS NOT NULL THEN to_timestamp(d.day_due)
        WHEN d.budget_seconds = 0 THEN d.starts_at
        ELSE to_timestamp(
            d.start_position + d.budget_seconds - (SELECT c.shifts FROM clock AS c)[
                width_bucket(
                    d.origin + d.start_position + d.budget_seconds - 0.5, (SELECT c.passed FROM clock AS c)
                )
            ]
        )
    END AS due_at,
    CASE WHEN d.case_ended_at < d.met_at THEN NULL ELSE d.met_at END AS met_at,
    least(d.met_at, d.case_ended_at) AS ended_at,
    d.needed_at,
    CASE
        WHEN d.day_due IS NULL THEN d.budget_seconds
        ELSE CAST(working_position(
            d.day_due,
            width_bucket(d.origin + d.day_due, (SELECT c.opens FROM clock AS c)),
            (SELECT c.shifts FROM clock AS c),
            (SELECT c.reached FROM clock AS c)
        ) - d.start_position AS bigint)
    END AS budget_seconds,
    CAST(0 AS bigint) AS paused_seconds,
    d.paused_at,
    CASE WHEN d.paused_at IS NOT NULL THEN d.resumed_at END AS resumed_at
FROM positioned AS d
