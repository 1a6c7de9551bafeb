-- Lets the statements of a billing run sort and hash in memory; ends with the transaction.
--
-- Reads: nothing
-- Writes: settings of the transaction
-- Rerun: changes nothing
--
-- Params:
--   work_mem (text): memory of one sort or hash, such as 128MB
SELECT
    set_config('work_mem', CAST(:work_mem AS text), TRUE) AS work_mem,
    set_config('jit', 'off', TRUE) AS jit
