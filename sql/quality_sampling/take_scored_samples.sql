-- QC-01: samples of which scores were written since the last run: taken off the list that the triggers keep. Those with a
-- score made later than the run stay on it.
--
-- Reads: quality_score_changes, quality_scores
-- Writes: deletes from quality_score_changes
-- Rerun: the list is empty, but for scores made later
--
-- Params:
--   at (timestamptz): scores made later are invisible, inclusive
WITH taken AS (
    DELETE FROM quality_score_changes AS c
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM quality_scores AS r
            WHERE r.sample_code = c.sample_code AND r.scored_at > CAST(:at AS timestamptz)
        )
    RETURNING c.sample_code
)

SELECT t.sample_code
FROM taken AS t
UNION
SELECT c.sample_code
FROM quality_score_changes AS c
ORDER BY sample_code
