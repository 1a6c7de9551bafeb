-- The results a run computed, with what the gate asks of them: a mean lies in its interval, no more is sampled than drawn,
-- and nothing is said of what nobody looked at.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: quality_results, quality_lots, staff, communities, settings, quality_progress, runs
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

looked_at AS (
    SELECT
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    LEFT JOIN quality_progress AS p ON p.only_row
    WHERE r.run_id = :run_id
),

terms AS (
    SELECT coalesce(max(CAST(s.value AS integer)), 10) AS small_sample
    FROM (
        SELECT
            g.value,
            row_number() OVER (ORDER BY g.valid_from DESC NULLS LAST) AS place
        FROM settings AS g
        CROSS JOIN looked_at AS d
        WHERE
            g.setting = 'quality_small_sample'
            AND g.community_code IS NULL
            AND (g.valid_from IS NULL OR g.valid_from <= d.day)
    ) AS s
    WHERE s.place = 1
),

agents AS (
    SELECT
        a.period,
        sum(a.sampled) AS sampled
    FROM quality_results AS a
    WHERE a.scope_kind = 'staff'
    GROUP BY a.period
)

SELECT
    q.period,
    q.scope_kind,
    q.scope_code,
    q.mean_score IS NULL OR coalesce(
        q.mean_score BETWEEN q.low_95 AND q.high_95, q.low_95 IS NULL AND q.high_95 IS NULL
    ) AS is_mean_in_interval,
    q.random_mean IS NULL OR coalesce(
        q.random_mean BETWEEN q.random_low_95 AND q.random_high_95, q.random_low_95 IS NULL AND q.random_high_95 IS NULL
    ) AS is_random_mean_in_interval,
    q.critical_rate IS NULL OR coalesce(
        q.critical_rate BETWEEN q.critical_low_95 AND q.critical_high_95, FALSE
    ) AS is_critical_in_interval,
    (q.sampled = 0) = (q.mean_score IS NULL) AS is_blank_without_sample,
    coalesce(q.low_95, q.mean_score) AS lowest,
    coalesce(q.high_95, q.mean_score) AS highest,
    greatest(q.sampled - q.drawn, 0) AS sampled_over,
    greatest(q.drawn - q.population, 0) AS drawn_over,
    greatest(q.random_sampled - q.sampled, 0) AS random_over,
    q.is_small = (q.sampled < t.small_sample) AS is_small_said,
    CASE
        WHEN q.scope_kind = 'staff' AND q.period LIKE '____-__'
            THEN q.verdict = coalesce((
                SELECT l.verdict
                FROM quality_lots AS l
                WHERE l.period = q.period AND l.staff_code = q.scope_code
            ), 'none')
        ELSE q.verdict = 'none'
    END AS is_verdict_of_lot,
    q.scope_kind <> 'company' OR q.sampled = coalesce(a.sampled, 0) AS is_sum_of_agents
FROM quality_results AS q
CROSS JOIN terms AS t
LEFT JOIN agents AS a ON q.period = a.period
WHERE
    q.run_id IN (
        SELECT e.run_id
        FROM ungated AS e
    )
