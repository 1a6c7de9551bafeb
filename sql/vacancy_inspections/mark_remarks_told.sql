-- Marks remarks: that the managers were told, in the transaction that writes the mails.
--
-- Reads: inspection_remarks
-- Writes: inspection_remarks.told_at, one row per remark given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   remark_ids (bigint[]): the remarks
UPDATE inspection_remarks AS m
SET told_at = :at
WHERE m.remark_id = any(CAST(:remark_ids AS bigint[])) AND m.told_at IS NULL
