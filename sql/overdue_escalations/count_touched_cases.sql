-- How many cases must be looked at again.
--
-- Reads: touched_cases (temporary)
-- Writes: nothing
-- Rerun: the same number
--
-- Params: none
SELECT count(*) AS cases
FROM touched_cases
