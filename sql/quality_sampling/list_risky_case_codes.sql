-- The cases that make calls about them risky.
--
-- Reads: risky_cases (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params: none
SELECT r.case_code
FROM risky_cases AS r
ORDER BY r.case_code
