-- Criteria that samples failed by the score that counts: under their pass score, or with a critical error.
--
-- Reads: samples, quality_judgements, quality_draw_criteria
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples wanted
SELECT
    s.sample_code,
    j.criterion,
    j.score,
    j.is_critical,
    j.remark
FROM samples AS s
LEFT JOIN samples AS o ON s.audits_code = o.sample_code
INNER JOIN quality_judgements AS j
    ON s.sample_code = j.sample_code AND s.scored_by = j.reviewer AND j.verdict IN ('counted', 'second')
INNER JOIN quality_draw_criteria AS d
    ON d.draw_code = coalesce(o.draw_code, s.draw_code) AND j.criterion = d.criterion
WHERE
    s.sample_code = any(CAST(:sample_codes AS text[]))
    AND (j.score < d.pass_score OR j.is_critical)
ORDER BY s.sample_code, d.position, j.criterion
