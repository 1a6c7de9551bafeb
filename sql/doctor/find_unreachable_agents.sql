-- Agents whose callback list cannot be mailed, since the staff register has no address for them.
-- Reads: staff
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   on_day (date): day in Asia/Shanghai on which people must be employed (inclusive)
SELECT p.staff_code AS staff_code
FROM staff AS p
WHERE
    p.role = 'agent'
    AND p.email IS NULL
    AND (p.hired_on IS NULL OR p.hired_on <= CAST(:on_day AS date))
    AND (p.left_on IS NULL OR p.left_on >= CAST(:on_day AS date))
ORDER BY p.staff_code
