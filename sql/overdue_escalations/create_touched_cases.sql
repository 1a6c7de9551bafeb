-- An empty list, for the length of the transaction, of the cases whose deadlines must be looked at again.
--
-- Reads: nothing
-- Writes: touched_cases (temporary), one row per case; empty
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE touched_cases (case_code text PRIMARY KEY) ON COMMIT DROP
