-- Marks missed inspections: that the centre head was told, in the transaction that writes the mails.
--
-- Reads: inspections
-- Writes: inspections.missed_told_at, one row per inspection given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   inspection_codes (text[]): the inspections
UPDATE inspections AS i
SET missed_told_at = :at
WHERE i.inspection_code = any(CAST(:inspection_codes AS text[])) AND i.missed_told_at IS NULL
