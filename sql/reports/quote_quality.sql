-- What the quality check itself says of the quality weeks that ended in the window: its mean with the 95 % interval. It is
-- weighted by strata and cannot be added up, so it is quoted beside the mean that can (QC-01).
--
-- Reads: quality_draws, quality_results, report_windows, report_communities (temporary)
-- Writes: report_lines (temporary), one row per scope and week of which there is a result
-- Rerun: quotes again, so once per edition
--
-- Params:
--   window_no (int): window of the edition
INSERT INTO report_lines (scope, kind, place, content)
WITH weeks AS (
    SELECT DISTINCT d.period
    FROM report_windows AS w
    INNER JOIN quality_draws AS d ON w.starts < d.frame_to AND w.ends >= d.frame_to
    WHERE w.window_no = CAST(:window_no AS integer) AND d.kind = 'weekly'
)

SELECT
    q.scope_code AS scope,
    'quality' AS kind,
    row_number() OVER (PARTITION BY q.scope_code ORDER BY q.period) AS place,
    jsonb_build_object(
        'period', q.period,
        'mean', CAST(trim_scale(q.mean_score) AS text),
        'low', CAST(trim_scale(q.low_95) AS text),
        'high', CAST(trim_scale(q.high_95) AS text),
        'sampled', q.sampled,
        'population', q.population
    ) AS content
FROM weeks AS k
INNER JOIN quality_results AS q ON k.period = q.period
LEFT JOIN report_communities AS r ON q.scope_code = r.community_code
WHERE
    q.mean_score IS NOT NULL
    AND (q.scope_kind = 'company' OR (q.scope_kind = 'community' AND r.community_code IS NOT NULL))
