-- Marks scores: that their agents were told, and until when they may appeal, in the transaction that writes the mails.
--
-- Reads: samples
-- Writes: samples.told_at and appeal_until, one row per sample given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   sample_codes (text[]): samples
--   appeal_until (timestamptz[]): last instant of the time for appeals, in the same order
UPDATE samples AS s
SET
    told_at = :at,
    appeal_until = g.appeal_until
FROM
    unnest(CAST(:sample_codes AS text[]), CAST(:appeal_until AS timestamptz[])) AS g (sample_code, appeal_until)
WHERE s.sample_code = g.sample_code AND s.told_at IS NULL
