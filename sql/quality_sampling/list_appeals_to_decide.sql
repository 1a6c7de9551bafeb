-- QC-01: appeals that were taken, with what was said of them since: those still open, and those decided of which somebody
-- says something else by now.
--
-- Reads: quality_appeal_verdicts, quality_appeals, samples
-- Writes: nothing
-- Rerun: the same rows until they are decided
--
-- Params: none
SELECT
    v.sample_code,
    v.appealed_at,
    v.staff_code,
    v.reviewer,
    v.due_on,
    v.outcome AS decided,
    p.outcome,
    s.community_code
FROM quality_appeal_verdicts AS v
INNER JOIN quality_appeals AS p ON v.sample_code = p.sample_code AND v.appealed_at = p.appealed_at
INNER JOIN samples AS s ON v.sample_code = s.sample_code
WHERE v.verdict = 'accepted' AND (v.outcome IS NULL OR v.outcome <> p.outcome)
ORDER BY v.sample_code
