-- The ranking (QC-01) of the last quality month closed before the window's end, of each scope those agents that belong to it;
-- places are those among all of the company.
--
-- Reads: quality_rankings, staff, report_windows, report_communities (temporary)
-- Writes: report_lines (temporary), one row per scope and agent
-- Rerun: quotes again, so once per edition
--
-- Params:
--   window_no (int): window of the edition
INSERT INTO report_lines (scope, kind, place, content)
WITH last_month AS (
    SELECT
        max(w.ends) AS edge,
        max(k.period) AS period
    FROM report_windows AS w
    INNER JOIN quality_rankings AS k ON w.ends > k.computed_at
    WHERE w.window_no = CAST(:window_no AS integer)
)

SELECT
    p.scope,
    'ranking' AS kind,
    row_number() OVER (PARTITION BY p.scope ORDER BY k.place ASC NULLS LAST, k.staff_code ASC) AS place,
    jsonb_build_object(
        'period', k.period,
        'staff_code', k.staff_code,
        'team_code', coalesce(k.team_code, ''),
        'community_code', coalesce(s.community_code, ''),
        'rank', k.place,
        'total', CAST(trim_scale(k.total) AS text),
        'quality', CAST(trim_scale(k.quality_points) AS text),
        'volume', CAST(trim_scale(k.volume_points) AS text),
        'attendance', CAST(trim_scale(k.attendance_points) AS text),
        'adherence', CAST(trim_scale(k.adherence_points) AS text),
        'unranked_reason', k.unranked_reason
    ) AS content
FROM last_month AS m
INNER JOIN quality_rankings AS k ON m.period = k.period
INNER JOIN staff AS s ON k.staff_code = s.staff_code
LEFT JOIN report_communities AS r ON s.community_code = r.community_code AND m.edge > r.live_at
CROSS JOIN
    LATERAL (
        VALUES ('company'), ('region:' || nullif(r.region, '')), (r.community_code)
    ) AS p (scope)
WHERE p.scope IS NOT NULL AND (s.community_code IS NULL OR r.community_code IS NOT NULL)
