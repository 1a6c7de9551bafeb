-- How far two reviewers who scored the same item, blind, agree in a month.
--
-- Reads: quality_agreements
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params:
--   period (text): month, YYYY-MM
SELECT
    g.pairs,
    g.both_conforming,
    g.first_only,
    g.second_only,
    g.both_nonconforming,
    g.kappa,
    g.low_95,
    g.high_95,
    g.mean_difference
FROM quality_agreements AS g
WHERE g.period = CAST(:period AS text)
