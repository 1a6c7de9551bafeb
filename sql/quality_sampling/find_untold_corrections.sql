-- Cases that errors opened and nobody was told of.
--
-- Reads: quality_cases, samples
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    q.case_code,
    q.sample_code,
    q.staff_code,
    q.criteria,
    q.department,
    q.opened_at,
    s.team_code,
    s.community_code,
    s.subject_kind,
    s.subject_code,
    s.score,
    s.is_critical
FROM quality_cases AS q
INNER JOIN samples AS s ON q.sample_code = s.sample_code
WHERE q.told_at IS NULL
ORDER BY q.case_code
