-- Communities that have something to bill in what was computed.
--
-- Reads: due_lines (temporary)
-- Writes: nothing
-- Rerun: the same
--
-- Params: none
SELECT DISTINCT d.community_code
FROM due_lines AS d
ORDER BY d.community_code
