-- The deadlines a run wrote, with what the gate asks of them.
--
-- Reads: deadlines, cases, served_communities, deadline_policies, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
SELECT
    d.case_code,
    d.milestone,
    d.occurrence,
    d.state,
    d.budget_seconds,
    CAST(extract(EPOCH FROM r.as_of - d.met_at) AS bigint) AS seconds_since_met,
    CAST((c.opened_at AT TIME ZONE 'Asia/Shanghai') AS date) - s.live_from AS days_since_live,
    CAST(extract(EPOCH FROM d.due_at - d.starts_at) / 86400 AS integer) AS days_to_due,
    d.paused_seconds / 86400 AS paused_days,
    exists(
        SELECT 1
        FROM deadline_policies AS p
        WHERE
            p.policy_code = d.policy_code
            AND p.milestone = d.milestone
            AND p.kind = c.kind
            AND coalesce(p.enabled, TRUE)
            AND coalesce(p.community_code, c.community_code) = c.community_code
    ) AS has_policy
FROM deadlines AS d
INNER JOIN cases AS c ON d.case_code = c.case_code
INNER JOIN runs AS r ON d.run_id = r.run_id
LEFT JOIN served_communities AS s ON c.community_code = s.community_code
WHERE d.run_id = :run_id
