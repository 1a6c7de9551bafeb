-- QC-01: keeps what a period's checks came to, by agent, team, community and company.
--
-- Reads: quality_lots (the verdict on an agent's month)
-- Writes: quality_results, one row per period and scope
-- Rerun: writes only what differs
--
-- Params:
--   period (text): week or month
--   scope_kinds (text[]): staff, team, community or company
--   scope_codes (text[]): codes, in the same order as the kinds, like all that follows
--   populations (bigint[]): items that could be drawn
--   drawn (int[]): items drawn
--   sampled (int[]): items scored that the figures rest on
--   means (numeric[]): mean score, 0 to 100; blank: no sample
--   lows (numeric[]): lower bound of its 95 % interval
--   highs (numeric[]): upper bound
--   degrees (numeric[]): degrees of freedom of the interval
--   critical_rates (numeric[]): share with a critical error, 0 to 1; blank: no sample
--   critical_lows (numeric[]): lower bound of its 95 % interval
--   critical_highs (numeric[]): upper bound
--   random_sampled (int[]): items of the random part scored
--   random_means (numeric[]): mean score by the random part alone
--   random_lows (numeric[]): lower bound of its 95 % interval
--   random_highs (numeric[]): upper bound
--   covered_shares (numeric[]): share of the population in strata of which something was scored; blank: no population
--   small_sample (int): items scored below which a sample is small
--   finals (boolean[]): nothing is open any more
--   at (timestamptz): instant they are computed at
--   run_id (bigint): run
INSERT INTO quality_results AS r (
    period, scope_kind, scope_code, population, drawn, sampled, mean_score, low_95, high_95, degrees, critical_rate,
    critical_low_95, critical_high_95, random_sampled, random_mean, random_low_95, random_high_95, covered_share, is_small,
    verdict, is_final, computed_at, run_id
)
SELECT
    CAST(:period AS text),
    g.scope_kind,
    g.scope_code,
    g.population,
    g.drawn,
    g.sampled,
    g.mean_score,
    g.low_95,
    g.high_95,
    g.degrees,
    g.critical_rate,
    g.critical_low_95,
    g.critical_high_95,
    g.random_sampled,
    g.random_mean,
    g.random_low_95,
    g.random_high_95,
    g.covered_share,
    g.sampled < CAST(:small_sample AS integer),
    coalesce(l.verdict, 'none'),
    g.is_final,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:scope_kinds AS text[]),
        CAST(:scope_codes AS text[]),
        CAST(:populations AS bigint[]),
        CAST(:drawn AS integer[]),
        CAST(:sampled AS integer[]),
        CAST(:means AS numeric[]),
        CAST(:lows AS numeric[]),
        CAST(:highs AS numeric[]),
        CAST(:degrees AS numeric[]),
        CAST(:critical_rates AS numeric[]),
        CAST(:critical_lows AS numeric[]),
        CAST(:critical_highs AS numeric[]),
        CAST(:random_sampled AS integer[]),
        CAST(:random_means AS numeric[]),
        CAST(:random_lows AS numeric[]),
        CAST(:random_highs AS numeric[]),
        CAST(:covered_shares AS numeric[]),
        CAST(:finals AS boolean[])
    ) AS g (
        scope_kind, scope_code, population, drawn, sampled, mean_score, low_95, high_95, degrees, critical_rate,
        critical_low_95, critical_high_95, random_sampled, random_mean, random_low_95, random_high_95, covered_share,
        is_final
    )
LEFT JOIN quality_lots AS l
    ON g.scope_kind = 'staff' AND g.scope_code = l.staff_code AND l.period = CAST(:period AS text)
ON CONFLICT (period, scope_kind, scope_code) DO UPDATE
    SET
        population = excluded.population,
        drawn = excluded.drawn,
        sampled = excluded.sampled,
        mean_score = excluded.mean_score,
        low_95 = excluded.low_95,
        high_95 = excluded.high_95,
        degrees = excluded.degrees,
        critical_rate = excluded.critical_rate,
        critical_low_95 = excluded.critical_low_95,
        critical_high_95 = excluded.critical_high_95,
        random_sampled = excluded.random_sampled,
        random_mean = excluded.random_mean,
        random_low_95 = excluded.random_low_95,
        random_high_95 = excluded.random_high_95,
        covered_share = excluded.covered_share,
        is_small = excluded.is_small,
        verdict = excluded.verdict,
        is_final = excluded.is_final,
        computed_at = excluded.computed_at,
        run_id = excluded.run_id
    WHERE
    (
        r.population, r.drawn, r.sampled, r.mean_score, r.low_95, r.high_95, r.degrees, r.critical_rate,
        r.critical_low_95, r.critical_high_95, r.random_sampled, r.random_mean, r.random_low_95, r.random_high_95,
        r.covered_share, r.is_small, r.verdict, r.is_final
    ) IS DISTINCT FROM (
        excluded.population, excluded.drawn, excluded.sampled, excluded.mean_score, excluded.low_95, excluded.high_95,
        excluded.degrees, excluded.critical_rate, excluded.critical_low_95, excluded.critical_high_95,
        excluded.random_sampled, excluded.random_mean, excluded.random_low_95, excluded.random_high_95,
        excluded.covered_share, excluded.is_small, excluded.verdict, excluded.is_final
    )
