-- The audit: deadlines that move for another reason than what happened in the case.
--
-- Reads: changed_deadlines (view)
-- Writes: deadline_changes, one row per deadline and run
-- Rerun: writes nothing once the deadlines are updated
--
-- Params:
--   as_of (timestamptz): as_of of the run
--   run_id (bigint): run
INSERT INTO deadline_changes (
    case_code, milestone, occurrence, changed_at, reason, former_due_at, due_at, former_policy_code, policy_code, run_id
)
SELECT
    c.case_code,
    c.milestone,
    c.occurrence,
    CAST(:as_of AS timestamptz),
    c.reason,
    c.former_due_at,
    c.due_at,
    c.former_policy_code,
    c.policy_code,
    CAST(:run_id AS bigint)
FROM changed_deadlines AS c
WHERE c.reason IS NOT NULL
