-- Results of an agent, the latest first.
-- Reads: quality_results, quality_draws
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   staff_code (text): the agent
--   page_size (integer): rows at most
SELECT
    r.period AS period,
    r.population AS population,
    r.drawn AS drawn,
    r.sampled AS sampled,
    r.mean_score AS mean_score,
    r.low_95 AS low_95,
    r.high_95 AS high_95,
    r.critical_rate AS critical_rate,
    r.critical_low_95 AS critical_low_95,
    r.critical_high_95 AS critical_high_95,
    r.verdict AS verdict,
    r.covered_share AS covered_share,
    r.is_small AS is_small,
    r.is_final AS is_final
FROM quality_results AS r
WHERE r.scope_kind = 'staff' AND r.scope_code = CAST(:staff_code AS text)
ORDER BY
    (
        SELECT max(d.frame_to)
        FROM quality_draws AS d
        WHERE d.period = r.period
    ) DESC NULLS LAST,
    r.period DESC
LIMIT CAST(:page_size AS integer)
