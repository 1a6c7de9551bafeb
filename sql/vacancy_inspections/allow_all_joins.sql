-- Joins of all kinds again.
--
-- Reads: nothing
-- Writes: nothing; settings of the transaction
-- Rerun: the same
--
-- Params: none
SELECT
    set_config('enable_hashjoin', 'on', TRUE) AS hash_joins,
    set_config('enable_hashagg', 'on', TRUE) AS hashed_groups,
    set_config('enable_nestloop', 'on', TRUE) AS nested_loops
