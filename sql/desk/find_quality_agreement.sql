-- How far blind reviewers agree in a period.
-- Reads: quality_agreements
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   period (text): week or month
SELECT
    a.pairs AS pairs,
    a.both_conforming AS both_conforming,
    a.first_only AS first_only,
    a.second_only AS second_only,
    a.both_nonconforming AS both_nonconforming,
    a.kappa AS kappa,
    a.low_95 AS low_95,
    a.high_95 AS high_95,
    a.mean_difference AS mean_difference
FROM quality_agreements AS a
WHERE a.period = CAST(:period AS text)
