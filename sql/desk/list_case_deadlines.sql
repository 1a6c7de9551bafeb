-- The deadlines of one case.
-- Reads: deadlines
-- Writes: nothing (one row per deadline)
-- Rerun: reads only
-- Params:
--   case_code (text): the case
SELECT
    d.milestone AS milestone,
    d.occurrence AS occurrence,
    d.starts_at AS starts_at,
    d.due_at AS due_at,
    d.provisional AS provisional,
    d.met_at AS met_at,
    d.state AS state,
    d.working_calendar AS working_calendar,
    d.pause_minutes AS pause_minutes,
    d.policy_code AS policy_code,
    d.rule_id AS rule_id
FROM deadlines AS d
WHERE d.case_code = :case_code
ORDER BY (d.state IN ('running', 'paused')) DESC, d.starts_at ASC, d.milestone ASC, d.occurrence ASC
