-- Keeps the deadlines that are new.
--
-- Reads: judged_deadlines (view), deadlines
-- Writes: deadlines, one row per case, milestone and occurrence
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
INSERT INTO deadlines (
    case_code, milestone, occurrence, starts_at, due_at, provisional, met_at, state, working_calendar, paused_seconds,
    ended_at, ended_by, budget_seconds, policy_code, policy_valid_from, rule_id, needed_at, calendar_version,
    next_look_at, run_id
)
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
    CAST(:run_id AS bigint)
FROM judged_deadlines AS j
WHERE
    j.superseded_at IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM deadlines AS d
        WHERE d.case_code = j.case_code AND d.milestone = j.milestone AND d.occurrence = j.occurrence
    )
