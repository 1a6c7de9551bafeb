-- Takes back that two reviewers disagree, where a score was corrected before anybody was told.
--
-- Reads: nothing
-- Writes: quality_remarks, one row per remark taken back
-- Rerun: removes nothing
--
-- Params:
--   sample_codes (text[]): samples whose two scores agree
DELETE FROM quality_remarks AS r
WHERE
    r.kind = 'disagreement'
    AND r.told_at IS NULL
    AND r.subject = any(CAST(:sample_codes AS text[]))
