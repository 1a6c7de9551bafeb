-- The appeals against a score with what became of them, for its explanation, oldest first.
--
-- Reads: quality_appeal_verdicts, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_code (text): the sample
--   as_of (timestamptz): appeals taken after it are left out, inclusive
SELECT
    v.appealed_at,
    v.staff_code,
    a.staff_name,
    v.verdict,
    v.reason,
    v.reviewer,
    r.staff_name AS reviewer_name,
    v.due_on,
    v.outcome,
    v.score_before,
    v.score_after,
    v.decided_at
FROM quality_appeal_verdicts AS v
INNER JOIN staff AS a ON v.staff_code = a.staff_code
LEFT JOIN staff AS r ON v.reviewer = r.staff_code
WHERE v.sample_code = CAST(:sample_code AS text) AND v.judged_at <= CAST(:as_of AS timestamptz)
ORDER BY v.appealed_at
