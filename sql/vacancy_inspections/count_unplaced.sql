-- How many units have found no place yet, and on which calendars.
--
-- Reads: inspection_placements (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT
    p.calendar_code,
    count(*) AS units
FROM inspection_placements AS p
WHERE p.due_on IS NULL
GROUP BY p.calendar_code
ORDER BY p.calendar_code
