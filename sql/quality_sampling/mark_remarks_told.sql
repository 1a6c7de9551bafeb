-- Marks remarks: that they were told, in the transaction that writes the mails.
--
-- Reads: quality_remarks
-- Writes: quality_remarks.told_at, one row per remark given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   remark_ids (bigint[]): the remarks
UPDATE quality_remarks AS r
SET told_at = :at
WHERE r.remark_id = any(CAST(:remark_ids AS bigint[])) AND r.told_at IS NULL
