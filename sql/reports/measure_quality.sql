-- Samples of the quality weeks that ended in the window, as scored by its end: their weighted mean and critical errors, each
-- sample weighing as many items as it stands for. Top-ups and corrections looked at again belong to no mean (QC-01). A score
-- changed after the window's end counts as it was.
--
-- Reads: quality_draws, samples, quality_judgements, quality_draw_criteria, quality_appeal_verdicts, report_windows,
--     report_communities (temporary)
-- Writes: report_counts (temporary), one row per window, community (blank: agents of none) and figure
-- Rerun: counts again, so once per report
--
-- Params: none
INSERT INTO report_counts (window_no, community_code, figure, numerator, denominator)
WITH scored AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, '') AS community_code,
        count(*) AS samples,
        round(sum(s.score / s.probability), 12) AS points,
        round(sum(1 / s.probability) FILTER (WHERE s.is_critical), 12) AS critical,
        round(sum(1 / s.probability), 12) AS weight
    FROM report_windows AS w
    CROSS JOIN LATERAL scored_samples(w.starts, w.ends) AS s
    LEFT JOIN report_communities AS r ON s.community_code = r.community_code
    WHERE s.community_code IS NULL OR r.community_code IS NOT NULL
    GROUP BY w.window_no, coalesce(s.community_code, '')
)

SELECT
    s.window_no,
    s.community_code,
    f.figure,
    f.numerator,
    f.denominator
FROM scored AS s
CROSS JOIN
    LATERAL (
        VALUES
        ('quality_scored', CAST(s.samples AS numeric), CAST(NULL AS numeric)),
        ('quality_mean', s.points, s.weight),
        ('quality_critical', coalesce(s.critical, 0), s.weight)
    ) AS f (figure, numerator, denominator)
