-- Inspections that nobody would have made go to whom a seat was found with; where none was found and the inspector is not
-- there any more, to nobody, on the day it was planned for.
--
-- Reads: inspection_placements (temporary)
-- Writes: inspections, one row per inspection that has another inspector or day
-- Rerun: once per placement
--
-- Params:
--   run_id (bigint): run that does it
UPDATE inspections AS i
SET
    staff_code = p.staff_code,
    due_on = p.due_on,
    run_id = :run_id
FROM inspection_placements AS p
WHERE i.inspection_code = p.waiting_code AND p.due_on IS NOT NULL
