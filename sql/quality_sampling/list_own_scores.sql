-- Criteria by which a reviewer has scored samples so far, whatever was judged of them.
--
-- Reads: quality_scores
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   sample_codes (text[]): samples wanted
--   reviewer (text): staff code of the reviewer
SELECT
    q.sample_code,
    q.criterion
FROM quality_scores AS q
WHERE q.sample_code = any(CAST(:sample_codes AS text[])) AND q.reviewer = CAST(:reviewer AS text)
