-- The scores by criterion that samples' scores are made of, with what the reviewer wrote.
--
-- Reads: samples, quality_judgements
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples wanted
SELECT
    s.sample_code,
    j.criterion,
    j.score,
    j.is_critical,
    j.remark
FROM samples AS s
INNER JOIN quality_judgements AS j
    ON s.sample_code = j.sample_code AND s.scored_by = j.reviewer AND j.verdict IN ('counted', 'second')
WHERE s.sample_code = any(CAST(:sample_codes AS text[]))
