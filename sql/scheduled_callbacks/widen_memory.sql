-- Room for the hashes of a day's plan: all customers are joined to what they were called for.
--
-- Reads: nothing
-- Writes: nothing; work_mem until the end of the transaction
-- Rerun: any time
--
-- Params: none
SET LOCAL work_mem = '128MB'
