-- What samples are scored by: the criteria of their draw; a correction looked at again by those that were failed then.
--
-- Reads: samples, quality_draw_criteria, quality_cases, quality_scores
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples wanted
--   reviewer (text): whose scores are looked for; NULL: nobody's
SELECT
    s.sample_code,
    d.criterion,
    d.weight,
    d.is_critical,
    d.pass_score,
    q.sample_code IS NOT NULL AS is_scored
FROM samples AS s
LEFT JOIN samples AS o ON s.audits_code = o.sample_code
LEFT JOIN quality_cases AS f ON s.audits_code = f.sample_code
INNER JOIN quality_draw_criteria AS d ON d.draw_code = coalesce(o.draw_code, s.draw_code)
LEFT JOIN quality_scores AS q
    ON
        s.sample_code = q.sample_code
        AND d.criterion = q.criterion
        AND q.reviewer = CAST(:reviewer AS text)
WHERE
    s.sample_code = any(CAST(:sample_codes AS text[]))
    AND (
        f.sample_code IS NULL
        OR d.criterion = any(regexp_split_to_array(f.criteria, '\s*,\s*'))
    )
ORDER BY s.sample_code, d.position, d.criterion
