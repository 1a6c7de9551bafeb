-- Marks cases that errors opened: that they were told, in the transaction that writes the mails.
--
-- Reads: quality_cases
-- Writes: quality_cases.told_at, one row per case given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   case_codes (text[]): the cases
UPDATE quality_cases AS q
SET told_at = :at
WHERE q.case_code = any(CAST(:case_codes AS text[])) AND q.told_at IS NULL
