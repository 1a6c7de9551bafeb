-- Letters that were never let out and are planned otherwise, or not at all, now.
--
-- Reads: unvetted_notices (temporary)
-- Writes: dunning (removed)
-- Rerun: removes nothing
--
-- Params:
--   kept (text[]): letters that stay
DELETE FROM dunning AS d
USING unvetted_notices AS v
WHERE d.notice_code = v.notice_code AND NOT (d.notice_code = any(CAST(:kept AS text[])))
