-- Marks the ranking of a month: that it was told, in the transaction that writes the mails.
--
-- Reads: quality_rankings
-- Writes: quality_rankings.told_at, one row per agent of the month
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   period (text): month, YYYY-MM
UPDATE quality_rankings AS k
SET told_at = :at
WHERE k.period = CAST(:period AS text) AND k.told_at IS NULL
