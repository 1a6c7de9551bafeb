-- QC-01: open appeals nobody looks at: nobody could be found, or who was to has left.
--
-- Reads: quality_appeal_verdicts, samples, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   today (date): day of the run in Asia/Shanghai
SELECT
    v.sample_code,
    s.community_code
FROM quality_appeal_verdicts AS v
INNER JOIN samples AS s ON v.sample_code = s.sample_code
LEFT JOIN staff AS k ON v.reviewer = k.staff_code
WHERE
    v.verdict = 'accepted'
    AND v.outcome IS NULL
    AND (v.reviewer IS NULL OR coalesce(k.left_on, date '9999-12-31') < CAST(:today AS date))
ORDER BY v.sample_code
