-- Whether the pools of a month stand in the session's temporary tables.
--
-- Reads: the catalogue of the database
-- Writes: nothing
-- Rerun: changes nothing
--
-- Params: none
SELECT to_regclass('pg_temp.due_pools') IS NOT NULL AND to_regclass('pg_temp.due_pool_shares') IS NOT NULL AS is_there
