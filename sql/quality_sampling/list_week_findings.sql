-- What the automatic checks found in some weeks.
--
-- Reads: quality_findings
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   periods (text[]): weeks
SELECT
    f.period,
    f.check_name,
    f.subject_kind,
    f.subject_code,
    f.staff_code,
    f.team_code,
    f.community_code,
    f.occurred_at,
    f.detail
FROM quality_findings AS f
WHERE f.period = any(CAST(:periods AS text[]))
ORDER BY f.check_name, f.occurred_at, f.subject_code
