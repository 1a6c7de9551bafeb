-- Drops the shares of credit notes of an earlier step in the same transaction.
--
-- Reads: nothing
-- Writes: credit_shares (temporary)
-- Rerun: finds nothing to drop
--
-- Params: none
DROP TABLE IF EXISTS credit_shares
