-- The draws a run made, with what the gate asks of them: the parts add up, keep the room and are half random.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: quality_draws, quality_strata, quality_risk_classes, quality_populations, quality_draw_criteria, quality_remarks,
--        samples, runs
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
        d.kind,
        d.period,
        d.frame_to,
        d.frame_digest,
        d.population,
        d.capacity,
        d.random_items,
        d.minimum_items,
        d.risk_items,
        d.top_up_items,
        d.audit_items,
        d.double_items,
        d.dropped_items,
        d.drawn_at,
        d.due_on,
        d.run_id
    FROM quality_draws AS d
    WHERE
        d.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

taken AS (
    SELECT
        s.draw_code,
        count(*) AS items,
        count(*) FILTER (WHERE s.reason = 'random') AS random_items,
        count(*) FILTER (WHERE s.reason = 'minimum') AS minimum_items,
        count(*) FILTER (WHERE s.reason = 'risk') AS risk_items,
        count(*) FILTER (WHERE s.reason = 'top_up') AS top_up_items,
        count(*) FILTER (WHERE s.reason = 'audit') AS audit_items,
        count(*) FILTER (WHERE s.is_random) AS all_random,
        count(*) FILTER (WHERE s.is_risk) AS all_risk
    FROM samples AS s
    INNER JOIN drawn AS d ON s.draw_code = d.draw_code
    GROUP BY s.draw_code
),

strata AS (
    SELECT
        t.draw_code,
        sum(t.population) AS population,
        sum(t.random_items + t.minimum_items) AS items
    FROM quality_strata AS t
    INNER JOIN drawn AS d ON t.draw_code = d.draw_code
    GROUP BY t.draw_code
),

classes AS (
    SELECT
        c.draw_code,
        sum(c.risk_items) AS items
    FROM quality_risk_classes AS c
    INNER JOIN drawn AS d ON c.draw_code = d.draw_code
    GROUP BY c.draw_code
),

populations AS (
    SELECT
        p.draw_code,
        sum(p.population) AS population
    FROM quality_populations AS p
    INNER JOIN drawn AS d ON p.draw_code = d.draw_code
    GROUP BY p.draw_code
)

SELECT
    d.draw_code,
    d.frame_digest,
    abs(coalesce(k.random_items, 0) - d.random_items) + abs(coalesce(k.minimum_items, 0) - d.minimum_items)
    + abs(coalesce(k.risk_items, 0) - d.risk_items) + abs(coalesce(k.top_up_items, 0) - d.top_up_items)
    + abs(coalesce(k.audit_items, 0) - d.audit_items) AS samples_off,
    CASE
        WHEN d.kind = 'weekly' THEN abs(coalesce(t.items, 0) - coalesce(k.all_random, 0))
        ELSE 0
    END AS strata_off,
    CASE
        WHEN d.kind = 'weekly' THEN abs(coalesce(c.items, 0) - coalesce(k.all_risk, 0))
        ELSE 0
    END AS classes_off,
    CASE
        WHEN d.kind = 'weekly' THEN abs(coalesce(t.population, 0) - d.population)
        ELSE 0
    END AS population_off,
    abs(coalesce(p.population, 0) - d.population) AS populations_off,
    greatest(coalesce(k.items, 0) + d.double_items - d.capacity, 0) AS over_capacity,
    greatest(d.risk_items - d.random_items - d.minimum_items, 0) AS random_short,
    d.dropped_items = 0 OR EXISTS (
        SELECT 1
        FROM quality_remarks AS r
        WHERE
            r.subject = d.draw_code
            OR (d.kind = 'month_end' AND r.kind = 'top_up_missing' AND r.subject LIKE d.period || ' %')
    ) AS is_drop_told,
    coalesce(k.items, 0) = 0 OR EXISTS (
        SELECT 1
        FROM quality_draw_criteria AS q
        WHERE q.draw_code = d.draw_code
    ) AS has_criteria,
    CAST(extract(EPOCH FROM d.drawn_at - d.frame_to) AS bigint) AS seconds_since_frame,
    d.due_on - CAST((d.drawn_at AT TIME ZONE 'Asia/Shanghai') AS date) AS days_to_score
FROM drawn AS d
LEFT JOIN taken AS k ON d.draw_code = k.draw_code
LEFT JOIN strata AS t ON d.draw_code = t.draw_code
LEFT JOIN classes AS c ON d.draw_code = c.draw_code
LEFT JOIN populations AS p ON d.draw_code = p.draw_code
