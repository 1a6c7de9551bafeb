-- The deadlines of a case with the policy that gives each, and the run that wrote it.
--
-- Reads: deadlines, deadline_policies, runs
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   case_code (text): the case
SELECT
    d.milestone,
    d.occurrence,
    d.starts_at,
    d.due_at,
    d.provisional,
    d.met_at,
    d.state,
    d.working_calendar,
    d.paused_seconds,
    d.ended_at,
    d.ended_by,
    d.budget_seconds,
    d.policy_code,
    d.rule_id,
    d.needed_at,
    p.community_code AS policy_community,
    p.kind,
    p.area,
    p.urgency,
    p.fault_level,
    p.starts,
    p.met_by,
    p.needs_event,
    p.budget,
    p.budget_unit,
    p.pauses,
    r.run_code
FROM deadlines AS d
INNER JOIN runs AS r ON d.run_id = r.run_id
LEFT JOIN deadline_policies AS p ON d.policy_code = p.policy_code AND d.policy_valid_from = p.valid_from
WHERE d.case_code = :case_code
ORDER BY d.starts_at, d.milestone, d.occurrence
