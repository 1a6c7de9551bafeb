-- The results of a month, with where each belongs.
--
-- An agent belongs to the team of the ranking (at the end of the month), else of the register.
--
-- Reads: quality_results, quality_rankings, quality_draws, quality_populations, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   period (text): month, YYYY-MM
WITH team_places AS (
    SELECT
        p.team_code,
        min(p.community_code) AS community_code
    FROM quality_populations AS p
    INNER JOIN quality_draws AS d ON p.draw_code = d.draw_code
    WHERE d.kind = 'month_end' AND d.period = CAST(:period AS text) AND p.team_code <> ''
    GROUP BY p.team_code
    HAVING count(DISTINCT p.community_code) = 1
)

SELECT
    r.scope_kind,
    r.scope_code,
    CASE r.scope_kind WHEN 'staff' THEN coalesce(k.team_code, s.team_code) WHEN 'team' THEN r.scope_code END
        AS team_code,
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
    r.covered_share,
    r.verdict,
    r.is_small,
    r.is_final
FROM quality_results AS r
LEFT JOIN staff AS s ON r.scope_kind = 'staff' AND r.scope_code = s.staff_code
LEFT JOIN quality_rankings AS k ON r.scope_kind = 'staff' AND r.period = k.period AND r.scope_code = k.staff_code
LEFT JOIN team_places AS t ON r.scope_kind = 'team' AND r.scope_code = t.team_code
WHERE r.period = CAST(:period AS text)
ORDER BY r.scope_kind, r.scope_code
