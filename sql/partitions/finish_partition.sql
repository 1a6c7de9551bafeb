-- Gives the filled table of a batch its keys, checks its references and makes it part of its table.
--
-- Reads: the table of the batch and the tables it refers to
-- Writes: the table of the batch
-- Rerun: fails, the table is attached
--
-- Params:
--   parent (text): bills, bill_lines, ledger or pool_shares; bills before bill_lines
--   batch_no (integer): number of the batch
SELECT finish_billing_partition(:parent, :batch_no) AS partition_name
