-- Draws a number for a batch: a partition of bills, bill_lines, ledger and pool_shares.
--
-- Reads: billing_batch_no
-- Writes: billing_batch_no
-- Rerun: draws another number; gaps do no harm
--
-- Params: none
SELECT nextval('billing_batch_no') AS batch_no
