-- Marks scores that do not count: that they were told, along with the remarks that name them.
--
-- Reads: quality_judgements
-- Writes: quality_judgements.told_at, one row per score that is kept and was not told
-- Rerun: changes nothing
--
-- Params:
--   at (timestamptz): instant of the run that tells
UPDATE quality_judgements AS j
SET told_at = :at
WHERE j.verdict = 'kept' AND j.told_at IS NULL
