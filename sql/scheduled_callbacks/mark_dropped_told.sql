-- Marks dropped prospects: that they were told of, in the transaction that writes the mails.
--
-- Reads: dropped_prospects
-- Writes: dropped_prospects.told_at, one row per prospect and day given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   customer_codes (text[]): prospects
--   days (date[]): day each was dropped, in the same order
UPDATE dropped_prospects AS d
SET told_at = :at
FROM unnest(CAST(:customer_codes AS text[]), CAST(:days AS date[])) AS g (customer_code, dropped_on)
WHERE d.customer_code = g.customer_code AND d.dropped_on = g.dropped_on AND d.told_at IS NULL
