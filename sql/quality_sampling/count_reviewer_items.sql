-- How many samples of a draw fell to each reviewer, first and second.
--
-- Reads: samples
-- Writes: quality_reviewers: first_items and second_items of the draw
-- Rerun: only what differs
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run that writes
WITH counted AS (
    SELECT
        v.staff_code,
        count(*) FILTER (WHERE v.staff_code = s.reviewer) AS first_items,
        count(*) FILTER (WHERE v.staff_code = s.second_reviewer) AS second_items
    FROM quality_reviewers AS v
    LEFT JOIN samples AS s ON v.draw_code = s.draw_code AND v.staff_code IN (s.reviewer, s.second_reviewer)
    WHERE v.draw_code = CAST(:draw_code AS text)
    GROUP BY v.staff_code
)

UPDATE quality_reviewers AS v
SET
    first_items = c.first_items,
    second_items = c.second_items,
    run_id = CAST(:run_id AS bigint)
FROM counted AS c
WHERE
    v.draw_code = CAST(:draw_code AS text)
    AND v.staff_code = c.staff_code
    AND (v.first_items, v.second_items) IS DISTINCT FROM (c.first_items, c.second_items)
