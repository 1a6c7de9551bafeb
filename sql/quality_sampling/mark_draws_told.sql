-- Marks draws: that leaders and heads were told, in the transaction that writes the mails.
--
-- Reads: quality_draws
-- Writes: quality_draws.told_at, one row per draw given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   draw_codes (text[]): draws
UPDATE quality_draws AS d
SET told_at = :at
WHERE d.draw_code = any(CAST(:draw_codes AS text[])) AND d.told_at IS NULL
