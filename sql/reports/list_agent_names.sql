-- Names of some members of staff; who shows them masks them.
--
-- Reads: staff
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   staff_codes (text[]): staff numbers
SELECT
    s.staff_code,
    s.staff_name
FROM staff AS s
WHERE s.staff_code = any(CAST(:staff_codes AS text[]))
ORDER BY s.staff_code
