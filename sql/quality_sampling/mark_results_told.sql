-- Marks the results of some periods: that they were told, in the transaction that writes the mails.
--
-- Reads: quality_results
-- Writes: quality_results.told_at, one row per scope of the periods given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   periods (text[]): weeks or months
UPDATE quality_results AS r
SET told_at = :at
WHERE r.period = any(CAST(:periods AS text[])) AND r.told_at IS NULL
