-- Drops the table of a batch that a broken run left behind, never one that is part of the books.
--
-- Reads: the catalogue
-- Writes: drops the table of the batch
-- Rerun: finds nothing to drop
--
-- Params:
--   parent (text): bills, bill_lines, ledger or pool_shares
--   batch_no (integer): number of the batch
SELECT drop_billing_partition(:parent, :batch_no) AS is_dropped
