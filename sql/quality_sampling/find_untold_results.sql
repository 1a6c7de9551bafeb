-- Results of weeks whose time for scoring is over and that nobody was told of, with where each belongs.
--
-- An agent's and a team's result belong to the team and the community they are of now; a team that works for several
-- communities belongs to none of them.
--
-- Reads: quality_results, quality_draws, quality_populations, staff
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   day (date): day told on; weeks to be scored by an earlier day are over
WITH due AS (
    SELECT
        d.period,
        max(d.due_on) AS due_on
    FROM quality_draws AS d
    WHERE d.kind = 'weekly'
    GROUP BY d.period
),

team_places AS (
    SELECT
        d.period,
        p.team_code,
        min(p.community_code) AS community_code
    FROM quality_populations AS p
    INNER JOIN quality_draws AS d ON p.draw_code = d.draw_code
    WHERE d.kind = 'weekly' AND p.team_code <> ''
    GROUP BY d.period, p.team_code
    HAVING count(DISTINCT p.community_code) = 1
)

SELECT
    r.period,
    r.scope_kind,
    r.scope_code,
    CASE r.scope_kind WHEN 'staff' THEN s.team_code WHEN 'team' THEN r.scope_code END AS team_code,
    CASE r.scope_kind
        WHEN 'staff' THEN s.community_code
        WHEN 'team' THEN t.community_code
        WHEN 'community' THEN r.scope_code
    END AS community_code,
    r.population,
    r.drawn,
    r.sampled,
    r.mean_score,
    r.low_95,
    r.high_95,
    r.critical_rate,
    r.critical_low_95,
    r.critical_high_95,
    r.random_sampled,
    r.random_mean,
    r.random_low_95,
    r.random_high_95,
    r.covered_share,
    r.is_small,
    r.is_final
FROM quality_results AS r
INNER JOIN due AS u ON r.period = u.period
LEFT JOIN staff AS s ON r.scope_kind = 'staff' AND r.scope_code = s.staff_code
LEFT JOIN team_places AS t ON r.scope_kind = 'team' AND r.period = t.period AND r.scope_code = t.team_code
WHERE r.told_at IS NULL AND u.due_on < CAST(:day AS date)
ORDER BY r.period, r.scope_kind, r.scope_code
