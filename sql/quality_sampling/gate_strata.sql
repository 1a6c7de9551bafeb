-- The strata of the draws a run made, with what the gate asks of them: each keeps its chance, and the items drawn are
-- those with the smallest hashes, so that the sample can be drawn again by anybody.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: quality_strata, quality_draws, samples, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('quality_sampling', 'quality_results')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('quality_sampling', 'quality_results')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

drawn AS (
    SELECT
        d.draw_code,
        d.random_seed,
        d.random_items + d.minimum_items AS items
    FROM quality_draws AS d
    WHERE
        d.kind = 'weekly'
        AND d.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

strata AS (
    SELECT
        t.draw_code,
        t.stratum,
        t.subject_kind,
        t.staff_code,
        t.channel,
        t.population,
        t.last_hash,
        t.random_items,
        t.random_items + t.minimum_items AS items,
        d.items AS items_of_draw,
        count(*) OVER (PARTITION BY t.draw_code) AS strata_of_draw,
        d.random_seed
    FROM quality_strata AS t
    INNER JOIN drawn AS d ON t.draw_code = d.draw_code
),

taken AS (
    SELECT
        t.draw_code,
        t.stratum,
        count(*) FILTER (WHERE s.is_random) AS items,
        count(*) FILTER (WHERE s.reason = 'random') AS random_items,
        max(abs(s.random_probability - CAST(t.items AS numeric) / t.population)) AS probability_off,
        count(*) FILTER (WHERE s.is_random AND hashtextextended(s.subject_code, t.random_seed) > t.last_hash) AS beyond,
        count(*) FILTER (WHERE NOT s.is_random AND hashtextextended(s.subject_code, t.random_seed) < t.last_hash) AS before
    FROM strata AS t
    INNER JOIN samples AS s ON t.draw_code = s.draw_code AND t.stratum = s.stratum
    WHERE s.reason IN ('random', 'minimum', 'risk')
    GROUP BY t.draw_code, t.stratum
)

SELECT
    t.draw_code,
    t.stratum,
    t.population,
    t.items > 0 OR t.items_of_draw < t.strata_of_draw AS is_given_a_chance,
    abs(t.items - coalesce(k.items, 0)) + abs(t.random_items - coalesce(k.random_items, 0)) AS samples_off,
    coalesce(k.probability_off, 0) AS weight_off,
    coalesce(k.beyond, 0) AS beyond_last_hash,
    coalesce(k.before, 0) AS passed_over,
    (t.items > 0) = (t.last_hash IS NOT NULL) AS has_last_hash,
    t.stratum = t.subject_kind || ':' || coalesce(t.staff_code, '*') || ':' || coalesce(t.channel, '*') AS is_named_right
FROM strata AS t
LEFT JOIN taken AS k ON t.draw_code = k.draw_code AND t.stratum = k.stratum
