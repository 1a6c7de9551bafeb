-- Writes what the checks of a week found, once per check and item, with who answers for it: whom the fact names, else the
-- agent of the call, the handler of the case, or whom it was assigned to last before the fact. Facts of communities not
-- served at that instant are left out; of no known community those before the earliest one was.
--
-- Reads: frame_facts, frame_communities, frame_agents, staff_teams (temporary), calls, cases, case_events
-- Writes: quality_findings, one row per week, check and item
-- Rerun: nothing that is there already
--
-- Params:
--   period (text): week, such as 2026-W47
--   run_id (bigint): run that writes
INSERT INTO quality_findings (
    period, check_name, subject_kind, subject_code, staff_code, team_code, community_code, occurred_at, detail, run_id
)
WITH answered_for AS (
    SELECT
        f.check_name,
        f.subject_kind,
        f.subject_code,
        coalesce(f.staff_code, c.staff_code, k.handler, g.staff_code) AS staff_code,
        coalesce(f.community_code, a.community_code, k.community_code) AS community_code,
        f.occurred_at,
        f.detail
    FROM frame_facts AS f
    LEFT JOIN calls AS c ON f.subject_kind = 'call' AND f.subject_code = c.call_code
    LEFT JOIN frame_agents AS a ON c.staff_code = a.staff_code
    LEFT JOIN cases AS k ON k.case_code = CASE WHEN f.subject_kind = 'case' THEN f.subject_code ELSE c.case_code END
    LEFT JOIN LATERAL (
        SELECT e.staff_code
        FROM case_events AS e
        WHERE
            f.subject_kind = 'case'
            AND f.staff_code IS NULL
            AND k.handler IS NULL
            AND e.case_code = f.subject_code
            AND e.event = 'assigned'
            AND e.staff_code IS NOT NULL
            AND e.event_at <= f.occurred_at
        ORDER BY e.event_at DESC
        LIMIT 1
    ) AS g ON TRUE
),

by_item AS (
    SELECT
        a.check_name,
        a.subject_kind,
        a.subject_code,
        (array_agg(a.staff_code ORDER BY a.occurred_at, a.detail))[1] AS staff_code,
        min(a.community_code) AS community_code,
        min(a.occurred_at) AS occurred_at,
        string_agg(DISTINCT a.detail, ',' ORDER BY a.detail) AS detail
    FROM answered_for AS a
    GROUP BY a.check_name, a.subject_kind, a.subject_code
)

SELECT
    CAST(:period AS text),
    b.check_name,
    b.subject_kind,
    b.subject_code,
    b.staff_code,
    t.team_code,
    b.community_code,
    b.occurred_at,
    b.detail,
    CAST(:run_id AS bigint)
FROM by_item AS b
LEFT JOIN frame_communities AS f ON b.community_code = f.community_code
LEFT JOIN staff_teams AS t
    ON
        b.staff_code = t.staff_code
        AND CAST(b.occurred_at AT TIME ZONE 'Asia/Shanghai' AS date) BETWEEN t.first_day AND t.last_day
WHERE
    b.occurred_at >= CASE
        WHEN b.community_code IS NULL THEN (SELECT min(e.live_at) FROM frame_communities AS e)
        ELSE f.live_at
    END
ON CONFLICT (period, check_name, subject_kind, subject_code) DO NOTHING
