-- Who scores a draw, with room and what fell to each so far.
--
-- Reads: quality_reviewers
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   draw_code (text): draw
SELECT
    v.staff_code,
    v.capacity,
    v.first_items + v.second_items AS items
FROM quality_reviewers AS v
WHERE v.draw_code = CAST(:draw_code AS text)
ORDER BY v.staff_code
