-- The escalations a run raised, and those still to be told, with what the gate asks of them. What may have changed
-- since a step was raised (who serves where, from when a community is served) is asked of the run's own rows only: one
-- old row must not hold up the rest, and telling looks again itself.
--
-- Reads: escalations, cases, staff, served_communities, runs
-- Writes: nothing
-- Rerun: the same rows until they are told
--
-- Params:
--   run_id (bigint): the run
SELECT
    e.case_code,
    e.milestone,
    e.occurrence,
    e.level,
    e.role,
    CAST(extract(EPOCH FROM r.as_of - e.raised_at) AS bigint) AS seconds_since_raised,
    CASE
        WHEN e.run_id = :run_id THEN CAST((c.opened_at AT TIME ZONE 'Asia/Shanghai') AS date) - v.live_from
    END AS days_since_live,
    e.staff_code,
    s.email,
    (
        e.run_id <> :run_id
        OR e.found_by IN ('case', 'assigned')
        OR coalesce(s.community_code, c.community_code) = c.community_code
    ) AS is_in_scope,
    coalesce(s.left_on >= CAST((e.raised_at AT TIME ZONE 'Asia/Shanghai') AS date), TRUE) AS is_employed,
    e.level >= 0 OR c.urgency IN ('emergency', 'major') AS is_level_fitting
FROM escalations AS e
INNER JOIN cases AS c ON e.case_code = c.case_code
INNER JOIN runs AS r ON r.run_id = :run_id
LEFT JOIN staff AS s ON e.staff_code = s.staff_code
LEFT JOIN served_communities AS v ON c.community_code = v.community_code
WHERE e.run_id = :run_id OR (e.told_at IS NULL AND e.stood_down_at IS NULL AND e.raised_at <= r.as_of)
