-- Appeals whose last step nobody was told of: taken, refused or decided.
--
-- Reads: quality_appeal_verdicts, samples
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    v.sample_code,
    v.appealed_at,
    v.staff_code AS appellant,
    v.verdict,
    v.reason,
    v.reviewer,
    v.due_on,
    v.outcome,
    v.score_before,
    v.score_after,
    s.staff_code,
    s.team_code,
    s.community_code,
    s.subject_kind,
    s.subject_code,
    s.occurred_at
FROM quality_appeal_verdicts AS v
INNER JOIN samples AS s ON v.sample_code = s.sample_code
WHERE v.told_at IS NULL
ORDER BY v.sample_code, v.appealed_at
