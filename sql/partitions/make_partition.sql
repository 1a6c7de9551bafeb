-- Makes the bare table of a batch, to be filled in one statement.
--
-- Reads: the declared table
-- Writes: the table of the batch
-- Rerun: fails while the table is there; drop_partition first
--
-- Params:
--   parent (text): bills, bill_lines, ledger or pool_shares
--   batch_no (integer): number of the batch, from 1
SELECT make_billing_partition(:parent, :batch_no) AS partition_name
