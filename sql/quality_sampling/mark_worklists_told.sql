-- Marks reviewers' lists: that they were mailed, in the transaction that writes the mails.
--
-- Reads: quality_reviewers
-- Writes: quality_reviewers.told_at, one row per reviewer and draw given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   draw_codes (text[]): draws
--   staff_codes (text[]): reviewers, in the same order
UPDATE quality_reviewers AS r
SET told_at = :at
FROM unnest(CAST(:draw_codes AS text[]), CAST(:staff_codes AS text[])) AS g (draw_code, staff_code)
WHERE r.draw_code = g.draw_code AND r.staff_code = g.staff_code AND r.told_at IS NULL
