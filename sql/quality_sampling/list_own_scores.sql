-- Criteria by which a reviewer has scored samples so far: what was judged not to count (too early, say) is still open; what
-- is not judged yet is not.
--
-- Reads: quality_scores, quality_judgements
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   sample_codes (text[]): samples wanted
--   reviewer (text): staff code of the reviewer
WITH last_judged AS (
    SELECT DISTINCT ON (j.sample_code, j.criterion)
        j.sample_code,
        j.criterion,
        j.verdict
    FROM quality_judgements AS j
    WHERE j.sample_code = any(CAST(:sample_codes AS text[])) AND j.reviewer = CAST(:reviewer AS text)
    ORDER BY j.sample_code ASC, j.criterion ASC, j.edition DESC
)

SELECT
    q.sample_code,
    q.criterion
FROM quality_scores AS q
LEFT JOIN last_judged AS l ON q.sample_code = l.sample_code AND q.criterion = l.criterion
WHERE
    q.sample_code = any(CAST(:sample_codes AS text[]))
    AND q.reviewer = CAST(:reviewer AS text)
    AND coalesce(l.verdict <> 'kept', TRUE)
