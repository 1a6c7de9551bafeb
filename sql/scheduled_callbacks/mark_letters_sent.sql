-- Marks callbacks: that the customer's letter is written, in the transaction that writes it.
--
-- Reads: callbacks
-- Writes: callbacks.mailed_at, one row per callback given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that writes
--   callback_codes (text[]): callbacks
UPDATE callbacks AS c
SET mailed_at = :at
WHERE c.callback_code = any(CAST(:callback_codes AS text[])) AND c.mailed_at IS NULL
