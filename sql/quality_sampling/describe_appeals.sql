-- Appeals that were taken, as the one who looks at them again is told of them.
--
-- Reads: quality_appeals, quality_appeal_verdicts, samples, quality_draws, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples of the appeals wanted
SELECT
    a.sample_code,
    a.appealed_at,
    a.staff_code,
    a.reason,
    v.reviewer,
    r.staff_name AS reviewer_name,
    v.due_on,
    v.score_before,
    v.judged_at,
    d.draw_code,
    d.period
FROM quality_appeal_verdicts AS v
INNER JOIN quality_appeals AS a ON v.sample_code = a.sample_code AND v.appealed_at = a.appealed_at
INNER JOIN samples AS s ON v.sample_code = s.sample_code
INNER JOIN quality_draws AS d ON s.draw_code = d.draw_code
INNER JOIN staff AS r ON v.reviewer = r.staff_code
WHERE
    v.sample_code = any(CAST(:sample_codes AS text[]))
    AND v.verdict = 'accepted'
    AND v.outcome IS NULL
ORDER BY a.sample_code, a.appealed_at
