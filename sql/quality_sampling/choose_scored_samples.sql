-- QC-01: samples to be looked at: of those with new scores, where something is not judged yet, or has another content;
-- somebody whose scores did not count was asked to score them since; or their time for scoring is over.
--
-- What was judged before is known by what it says, not by the file it came from: the same workbook again is nothing new.
--
-- Reads: quality_scores, quality_judgements, samples
-- Writes: nothing
-- Rerun: no rows once they are judged
--
-- Params:
--   changed_samples (text[]): samples of which scores were written
--   at (timestamptz): scores made later are invisible, inclusive
--   over_draws (text[]): draws whose time for scoring is over
SELECT r.sample_code
FROM quality_scores AS r
WHERE
    r.sample_code = any(CAST(:changed_samples AS text[]))
    AND r.scored_at <= CAST(:at AS timestamptz)
    AND NOT EXISTS (
        SELECT 1
        FROM quality_judgements AS j
        WHERE
            j.sample_code = r.sample_code
            AND j.reviewer = r.reviewer
            AND j.criterion = r.criterion
            AND j.verdict <> 'superseded'
            AND j.scored_at = r.scored_at
            AND j.score = r.score
            AND j.is_critical = coalesce(r.critical, FALSE)
            AND j.remark IS NOT DISTINCT FROM r.comment
    )
UNION
SELECT j.sample_code
FROM quality_judgements AS j
INNER JOIN samples AS s ON j.sample_code = s.sample_code AND s.final_at IS NULL
WHERE j.reason IN ('not_assigned', 'own_team') AND j.reviewer IN (s.reviewer, s.second_reviewer)
UNION
SELECT s.sample_code
FROM samples AS s
WHERE s.state = 'waiting' AND s.draw_code = any(CAST(:over_draws AS text[]))
ORDER BY sample_code
