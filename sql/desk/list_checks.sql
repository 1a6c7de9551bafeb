-- The newest gate checks of the pipelines a visitor may read: how many expectations held and how many did not.
-- Reads: gate_results, runs
-- Writes: nothing (one row per run, suite and attempt, newest run first)
-- Rerun: reads only
-- Params:
--   pipelines (text array): DAGs the visitor may read
--   only_failed (boolean): only runs in which an expectation was not met
--   before (bigint): run_id the page starts behind, exclusive; null: the newest
--   page_size (integer): runs at most
WITH checked_runs AS (
    SELECT
        r.run_id AS run_id,
        r.run_code AS run_code,
        r.pipeline AS pipeline,
        r.as_of AS as_of
    FROM runs AS r
    WHERE
        r.pipeline = any(CAST(:pipelines AS text[]))
        AND (CAST(:before AS bigint) IS NULL OR r.run_id < :before)
        AND EXISTS (
            SELECT 1
            FROM gate_results AS g
            WHERE
                g.run_id = r.run_id
                AND (NOT :only_failed OR g.outcome <> 'met')
        )
    ORDER BY r.run_id DESC
    LIMIT CAST(:page_size AS integer)
)

SELECT
    c.run_id AS run_id,
    c.run_code AS run_code,
    c.pipeline AS pipeline,
    c.as_of AS as_of,
    g.suite AS suite,
    g.attempt AS attempt,
    max(g.checked_at) AS checked_at,
    max(g.rows_checked) AS rows_checked,
    count(*) AS expectations,
    count(*) FILTER (WHERE g.outcome = 'met') AS met,
    count(*) FILTER (WHERE g.outcome <> 'met' AND g.severity = 'critical') AS critical,
    count(*) FILTER (WHERE g.outcome <> 'met' AND g.severity <> 'critical') AS warnings
FROM checked_runs AS c
INNER JOIN gate_results AS g ON c.run_id = g.run_id
GROUP BY c.run_id, c.run_code, c.pipeline, c.as_of, g.suite, g.attempt
ORDER BY c.run_id DESC, g.suite ASC, g.attempt DESC
