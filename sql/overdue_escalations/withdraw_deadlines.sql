-- Deadlines that no policy gives any more (kind, urgency or booking changed, or the policy): cancelled, and audited.
--
-- Reads: deadlines, touched_cases, judged_deadlines (temporary)
-- Writes: deadlines and deadline_changes, one row per case, milestone and occurrence withdrawn
-- Rerun: writes nothing
--
-- Params:
--   as_of (timestamptz): as_of of the run; the instant they end
--   run_id (bigint): run
WITH withdrawn AS (
    UPDATE deadlines AS d SET
        state = 'cancelled',
        ended_at = CAST(:as_of AS timestamptz),
        ended_by = 'withdrawn',
        next_look_at = NULL,
        run_id = CAST(:run_id AS bigint)
    FROM touched_cases AS t
    WHERE
        t.case_code = d.case_code
        AND d.ended_at IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM judged_deadlines AS j
            WHERE
                j.case_code = d.case_code
                AND j.milestone = d.milestone
                AND j.occurrence = d.occurrence
                AND j.superseded_at IS NULL
        )
    RETURNING d.case_code, d.milestone, d.occurrence, d.due_at, d.policy_code
)

INSERT INTO deadline_changes (
    case_code, milestone, occurrence, changed_at, reason, former_due_at, due_at, former_policy_code, policy_code, run_id
)
SELECT
    w.case_code,
    w.milestone,
    w.occurrence,
    CAST(:as_of AS timestamptz),
    'withdrawn',
    w.due_at,
    w.due_at,
    w.policy_code,
    w.policy_code,
    CAST(:run_id AS bigint)
FROM withdrawn AS w
