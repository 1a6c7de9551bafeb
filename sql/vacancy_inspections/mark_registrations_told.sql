-- Marks judgements on vacancy applications: that the owner, or the centre head in the owner's place, was told.
--
-- Reads: vacancy_registrations
-- Writes: vacancy_registrations.told_at, one row per application given
-- Rerun: changes nothing; a mark stays until the judgement changes
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   application_codes (text[]): the applications
UPDATE vacancy_registrations AS r
SET told_at = :at
WHERE r.application_code = any(CAST(:application_codes AS text[])) AND r.told_at IS NULL
