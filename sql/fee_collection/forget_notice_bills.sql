-- The bills of letters that were never let out and are planned otherwise, or not at all, now.
--
-- Reads: unvetted_notices (temporary)
-- Writes: dunning_bills (removed)
-- Rerun: removes nothing
--
-- Params:
--   kept (text[]): letters that stay
DELETE FROM dunning_bills AS b
USING unvetted_notices AS v
WHERE b.notice_code = v.notice_code AND NOT (b.notice_code = any(CAST(:kept AS text[])))
