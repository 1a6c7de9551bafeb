-- QC-01: samples whose scores are judged, as they stand, with the appeal that is open or was decided in their favour.
--
-- Reads: samples, quality_appeals, quality_appeal_verdicts, quality_progress
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): the samples
SELECT
    s.sample_code,
    s.draw_code,
    s.staff_code,
    s.team_code,
    s.community_code,
    s.reviewer,
    s.second_reviewer,
    s.state,
    s.score,
    s.is_critical,
    s.is_nonconforming,
    s.scored_by,
    s.scored_at,
    s.second_score,
    s.second_nonconforming,
    s.reason = 'audit' AS is_audit,
    s.told_at,
    s.final_at,
    a.reviewer AS appeal_reviewer,
    a.outcome AS appeal_outcome,
    a.sample_code IS NOT NULL AS is_appealed,
    s.state = 'scored' AND EXISTS (
        SELECT 1
        FROM quality_appeals AS n
        LEFT JOIN quality_appeal_verdicts AS v ON n.sample_code = v.sample_code AND n.appealed_at = v.appealed_at
        WHERE
            n.sample_code = s.sample_code
            AND n.staff_code = s.staff_code
            AND n.appealed_at <= s.appeal_until
            AND v.sample_code IS NULL
    ) AS is_contested,
    to_char(s.occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month,
    coalesce(to_char(s.occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') <= p.month_closed, FALSE) AS is_month_closed
FROM samples AS s
LEFT JOIN quality_appeal_verdicts AS a
    ON s.sample_code = a.sample_code AND a.verdict = 'accepted' AND a.outcome IS DISTINCT FROM 'upheld'
LEFT JOIN quality_progress AS p ON TRUE
WHERE s.sample_code = any(CAST(:sample_codes AS text[])) AND s.draw_code IS NOT NULL
ORDER BY s.sample_code
