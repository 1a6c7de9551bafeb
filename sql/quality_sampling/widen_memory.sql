-- Room for the hashes of a week's frame: all closings are joined to their cases. Two processes share that work where the
-- server has them: handing over a row costs less than the planner believes.
--
-- Reads: nothing
-- Writes: nothing; work_mem and parallel_tuple_cost until the end of the transaction
-- Rerun: any time
--
-- Params: none
SELECT
    set_config('work_mem', '128MB', TRUE) AS work_mem,
    set_config('parallel_tuple_cost', '0.01', TRUE) AS parallel_tuple_cost
