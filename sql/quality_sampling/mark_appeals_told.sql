-- Marks appeals: that those concerned were told of the last step, in the transaction that writes the mails.
--
-- Reads: quality_appeal_verdicts
-- Writes: quality_appeal_verdicts.told_at, one row per appeal given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   sample_codes (text[]): samples
--   appealed_at (timestamptz[]): instants of the appeals, in the same order
UPDATE quality_appeal_verdicts AS v
SET told_at = :at
FROM unnest(CAST(:sample_codes AS text[]), CAST(:appealed_at AS timestamptz[])) AS g (sample_code, appealed_at)
WHERE v.sample_code = g.sample_code AND v.appealed_at = g.appealed_at AND v.told_at IS NULL
