-- Scores that their agents were not told of.
--
-- Reads: samples
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params: none
SELECT
    s.sample_code,
    s.staff_code,
    s.team_code,
    s.community_code
FROM samples AS s
WHERE s.state = 'scored' AND s.told_at IS NULL AND s.score IS NOT NULL
ORDER BY s.staff_code, s.sample_code
