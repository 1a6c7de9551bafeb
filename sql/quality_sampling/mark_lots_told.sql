-- Marks the lots of a month: that they were told, in the transaction that writes the mails.
--
-- Reads: quality_lots
-- Writes: quality_lots.told_at, one row per agent of the month
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   period (text): month, YYYY-MM
UPDATE quality_lots AS l
SET told_at = :at
WHERE l.period = CAST(:period AS text) AND l.told_at IS NULL
