-- A unit that is vacant again in the month its inspection was cancelled gets it back, on a new day.
--
-- Reads: inspection_placements (temporary)
-- Writes: inspections, one row per inspection that is planned again
-- Rerun: once per placement
--
-- Params:
--   run_id (bigint): run that does it
UPDATE inspections AS i
SET
    state = CASE WHEN i.inspected_at IS NULL THEN 'planned' ELSE 'not_entered' END,
    cancelled_reason = NULL,
    staff_code = p.staff_code,
    due_on = p.due_on,
    run_id = :run_id
FROM inspection_placements AS p
WHERE i.inspection_code = p.revived_code
