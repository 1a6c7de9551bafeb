-- QC-01: keeps how far two reviewers agree who scored the same items, blind.
--
-- Reads: nothing
-- Writes: quality_agreements, one row per period
-- Rerun: writes only what differs
--
-- Params:
--   period (text): week or month
--   pairs (int): items scored by both
--   both_conforming (int): both found them conforming
--   first_only (int): only the first found them nonconforming
--   second_only (int): only the second did
--   both_nonconforming (int): both found them nonconforming
--   kappa (numeric): Cohen's kappa, -1 to 1; blank: undefined
--   low (numeric): lower bound of its 95 % interval
--   high (numeric): upper bound
--   mean_difference (numeric): mean absolute difference of the two scores; blank: no pair
--   at (timestamptz): instant it is computed at
--   run_id (bigint): run
INSERT INTO quality_agreements AS a (
    period, pairs, both_conforming, first_only, second_only, both_nonconforming, kappa, low_95, high_95, mean_difference,
    computed_at, run_id
)
VALUES (
    CAST(:period AS text),
    CAST(:pairs AS integer),
    CAST(:both_conforming AS integer),
    CAST(:first_only AS integer),
    CAST(:second_only AS integer),
    CAST(:both_nonconforming AS integer),
    CAST(:kappa AS numeric),
    CAST(:low AS numeric),
    CAST(:high AS numeric),
    CAST(:mean_difference AS numeric),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
)
ON CONFLICT (period) DO UPDATE
    SET
        pairs = excluded.pairs,
        both_conforming = excluded.both_conforming,
        first_only = excluded.first_only,
        second_only = excluded.second_only,
        both_nonconforming = excluded.both_nonconforming,
        kappa = excluded.kappa,
        low_95 = excluded.low_95,
        high_95 = excluded.high_95,
        mean_difference = excluded.mean_difference,
        computed_at = excluded.computed_at,
        run_id = excluded.run_id
    WHERE
    (
        a.pairs, a.both_conforming, a.first_only, a.second_only, a.both_nonconforming, a.kappa, a.low_95, a.high_95,
        a.mean_difference
    ) IS DISTINCT FROM (
        excluded.pairs, excluded.both_conforming, excluded.first_only, excluded.second_only, excluded.both_nonconforming,
        excluded.kappa, excluded.low_95, excluded.high_95, excluded.mean_difference
    )
