-- Service supervision (REP-04, QC-05) of the last quality month closed before the window's end: result with its interval,
-- verdicts on agents' lots, errors to correct, and how much was scored by another department than the agent's.
--
-- Reads: quality_rankings, quality_results, quality_lots, quality_cases, samples, case_events, staff, report_windows,
--     report_communities (temporary)
-- Writes: report_lines (temporary), one row per scope with a ranked agent, a lot or a scored item
-- Rerun: quotes again, so once per edition
--
-- Params:
--   window_no (int): window of the edition
INSERT INTO report_lines (scope, kind, place, content)
WITH last_month AS (
    SELECT
        w.ends AS edge,
        max(k.period) AS period,
        CAST(CAST(max(k.period) || '-01' AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS starts,
        (CAST(CAST(max(k.period) || '-01' AS date) AS timestamp) + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AS ends
    FROM report_windows AS w
    INNER JOIN quality_rankings AS k ON w.ends > k.computed_at
    WHERE w.window_no = CAST(:window_no AS integer)
    GROUP BY w.ends
),

places AS (
    SELECT
        p.scope,
        r.community_code
    FROM last_month AS m
    INNER JOIN report_communities AS r ON m.edge > r.live_at
    CROSS JOIN
        LATERAL (
            VALUES ('company'), ('region:' || nullif(r.region, '')), (r.community_code)
        ) AS p (scope)
    WHERE p.scope IS NOT NULL
    UNION ALL
    SELECT
        'company' AS scope,
        '' AS community_code
),

ranked AS (
    SELECT DISTINCT p.scope
    FROM last_month AS m
    INNER JOIN quality_rankings AS k ON m.period = k.period
    INNER JOIN staff AS s ON k.staff_code = s.staff_code
    INNER JOIN places AS p ON coalesce(s.community_code, '') = p.community_code
),

lots AS (
    SELECT
        p.scope,
        count(*) AS lots,
        count(*) FILTER (WHERE l.verdict = 'accept') AS accepted,
        count(*) FILTER (WHERE l.verdict = 'reject') AS rejected,
        count(*) FILTER (WHERE l.next_inspection IN ('tightened', 'discontinued')) AS tightened
    FROM last_month AS m
    INNER JOIN quality_lots AS l ON m.period = l.period
    INNER JOIN staff AS s ON l.staff_code = s.staff_code
    INNER JOIN places AS p ON coalesce(s.community_code, '') = p.community_code
    GROUP BY p.scope
),

scored AS (
    SELECT
        p.scope,
        count(*) AS scored,
        count(*) FILTER (WHERE r.department <> a.department) AS by_another,
        count(q.case_code) AS corrections,
        count(q.case_code) FILTER (
            WHERE EXISTS (
                SELECT 1
                FROM case_events AS e
                WHERE e.case_code = q.case_code AND e.event = 'closed' AND e.event_at < m.edge
            )
        ) AS corrected
    FROM last_month AS m
    INNER JOIN samples AS s ON m.starts <= s.occurred_at AND m.ends > s.occurred_at AND s.score IS NOT NULL
    INNER JOIN staff AS a ON s.staff_code = a.staff_code
    LEFT JOIN staff AS r ON s.scored_by = r.staff_code
    LEFT JOIN quality_cases AS q ON s.sample_code = q.sample_code
    INNER JOIN places AS p ON coalesce(s.community_code, '') = p.community_code
    GROUP BY p.scope
)

SELECT
    g.scope,
    'supervision' AS kind,
    1 AS place,
    jsonb_build_object(
        'period', m.period,
        'mean', CAST(trim_scale(t.mean_score) AS text),
        'low', CAST(trim_scale(t.low_95) AS text),
        'high', CAST(trim_scale(t.high_95) AS text),
        'sampled', coalesce(t.sampled, 0),
        'population', coalesce(t.population, 0),
        'lots', coalesce(l.lots, 0),
        'accepted', coalesce(l.accepted, 0),
        'rejected', coalesce(l.rejected, 0),
        'tightened', coalesce(l.tightened, 0),
        'scored', coalesce(s.scored, 0),
        'by_another', coalesce(s.by_another, 0),
        'corrections', coalesce(s.corrections, 0),
        'corrected', coalesce(s.corrected, 0)
    ) AS content
FROM last_month AS m
CROSS JOIN (
    SELECT DISTINCT p.scope
    FROM places AS p
) AS g
LEFT JOIN ranked AS k ON g.scope = k.scope
LEFT JOIN lots AS l ON g.scope = l.scope
LEFT JOIN scored AS s ON g.scope = s.scope
LEFT JOIN quality_results AS t
    ON m.period = t.period AND g.scope = t.scope_code AND t.scope_kind IN ('company', 'community')
WHERE coalesce(k.scope, l.scope, s.scope) IS NOT NULL
