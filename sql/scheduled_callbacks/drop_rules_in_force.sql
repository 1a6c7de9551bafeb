-- Makes room for the rules as they stand now.
--
-- Reads: nothing
-- Writes: drops rules_in_force (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.rules_in_force
