-- The computed deadlines as they are kept: state, rule, calendar, and the instant before which no step is due.
--
-- No step can be due before its offset has passed on the wall clock, since working time never runs faster; so the lowest
-- offsets of the ladder give a bound, and the run that reaches it finds the exact instants.
--
-- Reads: computed_deadlines (temporary), deadline_choices, working_calendars
-- Writes: judged_deadlines (temporary view of this session), one row per case, milestone, occurrence and start
-- Rerun: makes the same view
--
-- Params: none
CREATE OR REPLACE TEMPORARY VIEW judged_deadlines AS
SELECT
    c.case_code,
    x.milestone,
    c.occurrence,
    c.starts_at,
    c.superseded_at,
    c.due_at,
    coalesce(c.due_at > w.published_to, FALSE) AS provisional,
    c.met_at,
    CASE
        WHEN c.met_at <= c.due_at THEN 'met'
        WHEN c.met_at IS NOT NULL THEN 'met_late'
        WHEN c.ended_at IS NOT NULL THEN 'cancelled'
        WHEN c.due_at IS NULL THEN 'paused'
        ELSE 'running'
    END AS state,
    w.calendar_code AS working_calendar,
    c.paused_seconds,
    c.ended_at,
    CASE WHEN c.met_at IS NOT NULL THEN 'met' WHEN c.ended_at IS NOT NULL THEN 'case_ended' END AS ended_by,
    c.budget_seconds,
    x.policy_code,
    x.policy_valid_from,
    x.rule_id,
    c.needed_at,
    w.version AS calendar_version,
    x.start_source = 1 AS is_booked,
    CASE WHEN look.first_at < coalesce(c.ended_at, timestamptz 'infinity') THEN look.first_at END AS next_look_at
FROM computed_deadlines AS c
INNER JOIN deadline_choices AS x ON c.choice_id = x.choice_id
INNER JOIN working_calendars AS w ON c.axis = w.axis
CROSS JOIN LATERAL (
    SELECT
        greatest(
            least(
                c.starts_at + make_interval(secs => CAST(floor(x.first_percent * c.budget_seconds / 100) AS float8)),
                c.starts_at + make_interval(secs => x.first_start_seconds),
                c.due_at + make_interval(secs => x.first_due_seconds)
            ),
            c.needed_at
        ) AS first_at
) AS look
