-- The scores reported for a sample, criterion by criterion, former editions left out.
-- Reads: quality_judgements, quality_draw_criteria, samples, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   sample_code (text): the sample
--   reviewer (text): only this reviewer's; null: everybody's
SELECT
    j.criterion AS criterion,
    j.reviewer AS reviewer,
    s.staff_name AS reviewer_name,
    j.score AS score,
    j.is_critical AS is_critical,
    j.remark AS remark,
    j.scored_at AS scored_at,
    j.verdict AS verdict,
    j.reason AS reason,
    c.weight AS weight,
    c.pass_score AS pass_score,
    c.is_critical AS is_critical_criterion
FROM quality_judgements AS j
INNER JOIN samples AS p ON j.sample_code = p.sample_code
INNER JOIN staff AS s ON j.reviewer = s.staff_code
LEFT JOIN quality_draw_criteria AS c ON p.draw_code = c.draw_code AND j.criterion = c.criterion
WHERE
    j.sample_code = CAST(:sample_code AS text)
    AND j.verdict <> 'superseded'
    AND (CAST(:reviewer AS text) IS NULL OR j.reviewer = :reviewer)
ORDER BY j.verdict ASC, j.reviewer ASC, c.position ASC NULLS LAST, j.criterion ASC
