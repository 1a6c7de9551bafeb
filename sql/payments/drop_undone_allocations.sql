-- Makes room for another undoing in the same transaction.
--
-- Reads: nothing
-- Writes: undone_allocations (temporary): dropped
-- Rerun: changes nothing
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.undone_allocations
