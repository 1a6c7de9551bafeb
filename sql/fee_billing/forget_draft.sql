-- Drops all temporary tables and views of the session, so that a draft can be computed again in the same transaction.
--
-- Reads: nothing
-- Writes: nothing that lasts
-- Rerun: changes nothing
--
-- Params: none
DISCARD TEMPORARY
