-- Keeps the starts a deadline counted from before a better one came, and has its ladder looked at for their sake.
--
-- Reads: judged_deadlines (view), deadline_former_starts
-- Writes: deadline_former_starts, one row per deadline and former start; deadlines, where a former start is new
-- Rerun: writes nothing
--
-- Params:
--   run_id (bigint): run
WITH added AS (
    INSERT INTO deadline_former_starts (
        case_code, milestone, occurrence, starts_at, superseded_at, due_at, budget_seconds, run_id
    )
    SELECT
        j.case_code,
        j.milestone,
        j.occurrence,
        j.starts_at,
        j.superseded_at,
        j.due_at,
        j.budget_seconds,
        CAST(:run_id AS bigint)
    FROM judged_deadlines AS j
    WHERE j.superseded_at IS NOT NULL
    ON CONFLICT (case_code, milestone, occurrence, starts_at) DO UPDATE
        SET
            superseded_at = excluded.superseded_at,
            due_at = excluded.due_at,
            budget_seconds = excluded.budget_seconds,
            run_id = excluded.run_id
        WHERE
        (deadline_former_starts.superseded_at, deadline_former_starts.due_at, deadline_former_starts.budget_seconds)
        IS DISTINCT FROM (excluded.superseded_at, excluded.due_at, excluded.budget_seconds)
    RETURNING case_code, milestone, occurrence, starts_at
)

UPDATE deadlines AS d SET
    next_look_at = least(d.next_look_at, a.first_at)
FROM (
    SELECT
        n.case_code,
        n.milestone,
        n.occurrence,
        min(n.starts_at) AS first_at
    FROM added AS n
    GROUP BY n.case_code, n.milestone, n.occurrence
) AS a
WHERE d.case_code = a.case_code AND d.milestone = a.milestone AND d.occurrence = a.occurrence
