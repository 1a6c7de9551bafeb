-- People of communities that have reviewers of their own.
--
-- Reads: staff
-- Writes: nothing
-- Rerun: the same rows for the same register
--
-- Params:
--   sections (text[]): communities
SELECT
    s.staff_code,
    s.community_code
FROM staff AS s
WHERE s.community_code = any(CAST(:sections AS text[]))
ORDER BY s.staff_code
