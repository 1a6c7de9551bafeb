-- Deadlines that are kept otherwise than they are computed now.
--
-- A deadline that has ended keeps its outcome when only the policy, the booking or the calendar has changed since; what
-- happened in the case (an event that was loaded late) still counts, and so does a calendar that was provisional.
--
-- Reads: judged_deadlines (view), deadlines
-- Writes: changed_deadlines (temporary view of this session), one row per case, milestone and occurrence
-- Rerun: makes the same view
--
-- Params: none
CREATE OR REPLACE TEMPORARY VIEW changed_deadlines AS
SELECT
    j.case_code,
    j.milestone,
    j.occurrence,
    j.starts_at,
    j.due_at,
    j.provisional,
    j.met_at,
    j.state,
    j.working_calendar,
    j.paused_seconds,
    j.ended_at,
    j.ended_by,
    j.budget_seconds,
    j.policy_code,
    j.policy_valid_from,
    j.rule_id,
    j.needed_at,
    j.calendar_version,
    j.next_look_at,
    d.due_at AS former_due_at,
    d.policy_code AS former_policy_code,
    CASE
        WHEN (d.policy_code, d.policy_valid_from, d.working_calendar)
            IS DISTINCT FROM (j.policy_code, j.policy_valid_from, j.working_calendar)
            OR d.ended_by = 'withdrawn' THEN 'policy'
        WHEN
            d.calendar_version <> j.calendar_version
            AND ((d.provisional AND NOT j.provisional) OR d.due_at IS DISTINCT FROM j.due_at)
            THEN 'calendar'
        WHEN j.is_booked AND d.starts_at <> j.starts_at THEN 'start'
        WHEN d.starts_at = j.starts_at AND d.budget_seconds <> j.budget_seconds THEN 'policy'
    END AS reason
FROM judged_deadlines AS j
INNER JOIN deadlines AS d
    ON d.case_code = j.case_code AND d.milestone = j.milestone AND d.occurrence = j.occurrence
WHERE
    j.superseded_at IS NULL
    AND (
        d.starts_at, d.due_at, d.provisional, d.met_at, d.state, d.working_calendar, d.paused_seconds, d.ended_at,
        d.budget_seconds, d.policy_code, d.policy_valid_from, d.needed_at, d.calendar_version
    ) IS DISTINCT FROM (
        j.starts_at, j.due_at, j.provisional, j.met_at, j.state, j.working_calendar, j.paused_seconds, j.ended_at,
        j.budget_seconds, j.policy_code, j.policy_valid_from, j.needed_at, j.calendar_version
    )
    AND (
        d.ended_at IS NULL
        OR d.ended_by = 'withdrawn'
        OR (
            (d.policy_code, d.policy_valid_from, d.working_calendar)
            IS NOT DISTINCT FROM (j.policy_code, j.policy_valid_from, j.working_calendar)
            AND (d.provisional OR d.calendar_version = j.calendar_version)
            AND NOT (j.is_booked AND d.starts_at <> j.starts_at)
        )
    )
