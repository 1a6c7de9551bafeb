-- Marks callbacks: that the manager was told of them, in the transaction that writes the mails.
--
-- Reads: callbacks
-- Writes: callbacks.told_at, one row per callback given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   callback_codes (text[]): callbacks
UPDATE callbacks AS c
SET told_at = :at
WHERE c.callback_code = any(CAST(:callback_codes AS text[])) AND c.told_at IS NULL
