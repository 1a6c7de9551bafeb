-- Marks cases opened by callbacks: that the department was told, in the transaction that writes the mails.
--
-- Reads: callback_cases
-- Writes: callback_cases.told_at, one row per case given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   case_codes (text[]): cases
UPDATE callback_cases AS k
SET told_at = :at
WHERE k.case_code = any(CAST(:case_codes AS text[])) AND k.told_at IS NULL
