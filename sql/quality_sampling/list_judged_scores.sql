-- Scores of some samples as they were judged before.
--
-- Reads: quality_judgements
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   sample_codes (text[]): the samples
SELECT
    j.sample_code,
    j.reviewer,
    j.criterion,
    j.edition,
    j.score,
    j.is_critical,
    j.remark,
    j.scored_at,
    j.verdict,
    j.reason,
    j.loaded_from,
    j.content_digest
FROM quality_judgements AS j
WHERE j.sample_code = any(CAST(:sample_codes AS text[]))
ORDER BY j.sample_code, j.reviewer, j.criterion, j.edition
