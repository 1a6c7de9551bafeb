-- Drops the balances from before of an earlier step in the same transaction.
--
-- Reads: nothing
-- Writes: opening_lines (temporary)
-- Rerun: finds nothing to drop
--
-- Params: none
DROP TABLE IF EXISTS opening_lines
