-- The scores reported of a sample as they were judged, with the weights they have, for its explanation.
--
-- Reads: quality_judgements, samples, quality_draw_criteria, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_code (text): the sample
--   as_of (timestamptz): scores judged after it are left out, inclusive
SELECT
    j.reviewer,
    p.staff_name AS reviewer_name,
    j.criterion,
    j.edition,
    j.score,
    j.is_critical,
    j.scored_at,
    j.verdict,
    j.reason,
    j.judged_at,
    q.weight,
    q.pass_score
FROM quality_judgements AS j
INNER JOIN samples AS s ON j.sample_code = s.sample_code
INNER JOIN staff AS p ON j.reviewer = p.staff_code
LEFT JOIN samples AS a ON s.audits_code = a.sample_code
LEFT JOIN quality_draw_criteria AS q
    ON coalesce(a.draw_code, s.draw_code) = q.draw_code AND j.criterion = q.criterion
WHERE j.sample_code = CAST(:sample_code AS text) AND j.judged_at <= CAST(:as_of AS timestamptz)
ORDER BY j.reviewer, q.position NULLS LAST, j.criterion, j.edition
