-- A run that looks at everything sorts and joins all cases at once; it may use more memory for it than a tick.
--
-- Reads: nothing
-- Writes: nothing; work_mem until the end of the transaction
-- Rerun: changes nothing
--
-- Params: none
SET LOCAL work_mem = '128MB'
