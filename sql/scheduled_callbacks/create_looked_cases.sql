-- An empty list, for the length of the transaction, of the cases that are looked at.
--
-- Reads: nothing
-- Writes: looked_cases (temporary), one row per case; empty
-- Rerun: after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE looked_cases (case_code text PRIMARY KEY) ON COMMIT DROP
