-- Marks warnings: that they were mailed, in the transaction that writes the mails.
--
-- Reads: callback_warnings
-- Writes: callback_warnings.told_at, one row per warning given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   callback_codes (text[]): callbacks
--   due (timestamptz[]): end of the window warned of, in the same order
UPDATE callback_warnings AS w
SET told_at = :at
FROM unnest(CAST(:callback_codes AS text[]), CAST(:due AS timestamptz[])) AS g (callback_code, due_by)
WHERE w.callback_code = g.callback_code AND w.due_by = g.due_by AND w.told_at IS NULL
