-- Makes room for the scopes of another day.
--
-- Reads: nothing
-- Writes: drops scopes_of_day (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.scopes_of_day
