-- Appeals that were taken and are not decided.
--
-- Reads: quality_appeal_verdicts, samples
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params: none
SELECT
    v.sample_code,
    v.appealed_at,
    v.due_on,
    v.score_before,
    s.staff_code,
    s.team_code,
    s.community_code
FROM quality_appeal_verdicts AS v
INNER JOIN samples AS s ON v.sample_code = s.sample_code
WHERE v.verdict = 'accepted' AND v.outcome IS NULL
ORDER BY v.due_on, v.sample_code
