-- Marks days: that their figures were mailed, in the transaction that writes the mails.
--
-- Reads: callback_days
-- Writes: callback_days.told_at, one row per day and scope given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   work_dates (date[]): days
--   scopes (text[]): communities, or the word prospects, in the same order
UPDATE callback_days AS d
SET told_at = :at
FROM unnest(CAST(:work_dates AS date[]), CAST(:scopes AS text[])) AS g (work_date, scope)
WHERE d.work_date = g.work_date AND d.scope = g.scope AND d.told_at IS NULL
