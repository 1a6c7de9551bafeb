-- The reviewers of a draw with their room and load, for explanations, by staff number.
--
-- Reads: quality_reviewers, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   draw_code (text): the draw
SELECT
    q.staff_code,
    p.staff_name,
    q.days,
    q.capacity,
    q.first_items,
    q.second_items
FROM quality_reviewers AS q
INNER JOIN staff AS p ON q.staff_code = p.staff_code
WHERE q.draw_code = CAST(:draw_code AS text)
ORDER BY q.staff_code
