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
SELECT
    q.sample_code,
    q.criterion
FROM quality_scores AS q
WHERE
    q.sample_code = any(CAST(:sample_codes AS text[]))
    AND q.reviewer = CAST(:reviewer AS text)
    AND coalesce(
        (
            SELECT j.verdict <> 'kept'
            FROM quality_judgements AS j
            WHERE j.sample_code = q.sample_code AND j.reviewer = q.reviewer AND j.criterion = q.criterion
            ORDER BY j.edition DESC
            LIMIT 1
        ),
        TRUE
    )
