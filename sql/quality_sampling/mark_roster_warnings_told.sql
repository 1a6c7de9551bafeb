-- Marks days short of support people: that they were told, in the transaction that writes the mails.
--
-- Reads: quality_roster_warnings
-- Writes: quality_roster_warnings.told_at, one row per day given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   days (date[]): the days
UPDATE quality_roster_warnings AS w
SET told_at = :at
WHERE w.day = any(CAST(:days AS date[])) AND w.told_at IS NULL
