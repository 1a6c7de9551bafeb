-- The lines an edition quotes that a run is about to tell (oldest open cases, quality results, supervision, ranking), with what
-- the gate asks of each: it is of its scope, holds codes and never names, and was so by the end of the period.
--
-- Reads: report_editions, report_quotes, report_figures, cases, communities, runs
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH editions AS (
    SELECT
        e.report,
        e.period,
        e.edition,
        e.state,
        e.period_end
    FROM report_editions_to_tell(CAST(:run_id AS bigint)) AS e
),

quotes AS (
    SELECT
        q.report,
        q.period,
        q.edition,
        q.scope,
        q.kind,
        q.place,
        q.content,
        e.period_end,
        row_number() OVER (PARTITION BY q.report, q.period, q.edition, q.scope, q.kind ORDER BY q.place) AS counted_place,
        coalesce(k.community_code, q.content ->> 'community_code') AS community_code,
        k.case_code,
        k.opened_at,
        CAST(q.content ->> 'mean' AS numeric) AS mean,
        CAST(q.content ->> 'low' AS numeric) AS low,
        CAST(q.content ->> 'high' AS numeric) AS high
    FROM report_quotes AS q
    INNER JOIN editions AS e ON q.report = e.report AND q.period = e.period AND q.edition = e.edition
    LEFT JOIN cases AS k ON q.kind = 'open_case' AND q.content ->> 'case_code' = k.case_code
)

SELECT
    q.report,
    q.period,
    q.edition,
    q.scope,
    q.kind,
    q.place,
    q.scope IN (
        SELECT f.scope
        FROM report_figures AS f
        WHERE f.report = q.report AND f.period = q.period AND f.edition = q.edition
    ) AS is_known_scope,
    q.kind NOT IN ('open_case', 'ranking')
    OR q.scope = 'company'
    OR coalesce(q.scope = q.community_code OR q.scope = 'region:' || c.region, FALSE) AS is_of_scope,
    q.kind <> 'open_case'
    OR coalesce(q.period_end > q.opened_at AND CAST(q.content ->> 'days' AS integer) >= 0, FALSE) AS is_open_by_then,
    q.place - q.counted_place AS place_off,
    NOT EXISTS (
        SELECT 1 AS one
        FROM jsonb_object_keys(q.content) AS n (word)
        WHERE n.word LIKE '%name%' OR n.word LIKE '%phone%' OR n.word IN ('customer', 'description', 'note', 'email')
    ) AS is_codes_only,
    q.low <= q.mean AND q.mean <= q.high AS is_mean_in_interval,
    greatest(
        CAST(q.content ->> 'sampled' AS integer) - CAST(q.content ->> 'population' AS integer),
        CAST(q.content ->> 'accepted' AS integer) + CAST(q.content ->> 'rejected' AS integer)
        - CAST(q.content ->> 'lots' AS integer),
        CAST(q.content ->> 'corrected' AS integer) - CAST(q.content ->> 'corrections' AS integer)
    ) AS counts_over
FROM quotes AS q
LEFT JOIN communities AS c ON q.community_code = c.community_code
