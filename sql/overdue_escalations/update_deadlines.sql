-- Keeps the deadlines that have changed; their ladders are looked at again.
--
-- Reads: changed_deadlines (view)
-- Writes: deadlines, one row per case, milestone and occurrence that changed
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
UPDATE deadlines AS d SET
    starts_at = c.starts_at,
    due_at = c.due_at,
    provisional = c.provisional,
    met_at = c.met_at,
    state = c.state,
    working_calendar = c.working_calendar,
    paused_seconds = c.paused_seconds,
    ended_at = c.ended_at,
    ended_by = c.ended_by,
    budget_seconds = c.budget_seconds,
    policy_code = c.policy_code,
    policy_valid_from = c.policy_valid_from,
    rule_id = c.rule_id,
    needed_at = c.needed_at,
    calendar_version = c.calendar_version,
    next_look_at = c.next_look_at,
    run_id = CAST(:run_id AS bigint)
FROM changed_deadlines AS c
WHERE d.case_code = c.case_code AND d.milestone = c.milestone AND d.occurrence = c.occurrence
