-- The worklists of a day: each inspector's inspections in walking order, behind what stands on the list already.
--
-- Reads: listable_inspections, inspection_lists
-- Writes: inspection_lists, one row per day and inspection
-- Rerun: nothing, for what was written is no longer listable
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   run_id (bigint): run that writes
INSERT INTO inspection_lists (work_date, inspection_code, staff_code, position, is_carried_over, run_id)
SELECT
    CAST(:day AS date),
    i.inspection_code,
    i.staff_code,
    coalesce(f.last_position, 0) + row_number() OVER (PARTITION BY i.staff_code ORDER BY i.walk, i.inspection_code),
    i.is_carried_over,
    CAST(:run_id AS bigint)
FROM listable_inspections AS i
LEFT JOIN (
    SELECT
        l.staff_code,
        max(l.position) AS last_position
    FROM inspection_lists AS l
    WHERE l.work_date = CAST(:day AS date)
    GROUP BY l.staff_code
) AS f ON i.staff_code = f.staff_code
WHERE i.staff_code IS NOT NULL
