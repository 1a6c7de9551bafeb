-- Whether a batch has a partition of a table already, filled by another run of the batch.
--
-- Reads: the catalogue
-- Writes: nothing
-- Rerun: the same answer
--
-- Params:
--   parent (text): bills, bill_lines, ledger or pool_shares
--   batch_no (integer): number of the batch
SELECT to_regclass('public.' || CAST(:parent AS text) || '_b' || CAST(CAST(:batch_no AS integer) AS text)) IS NOT NULL
    AS has_partition
