-- How many items of a draw are scored twice, and that the second scores which found nobody are dropped.
--
-- Reads: samples
-- Writes: quality_draws: double_items, dropped_items
-- Rerun: the second scores dropped are added once, for a draw is assigned once
--
-- Params:
--   draw_code (text): draw
--   missing (int): second scores that found nobody, or no room
--   run_id (bigint): run that writes
UPDATE quality_draws AS d
SET
    double_items = c.items,
    dropped_items = d.dropped_items + CAST(:missing AS integer),
    run_id = CAST(:run_id AS bigint)
FROM (
    SELECT count(*) AS items
    FROM samples AS s
    WHERE s.draw_code = CAST(:draw_code AS text) AND s.second_reviewer IS NOT NULL
) AS c
WHERE
    d.draw_code = CAST(:draw_code AS text)
    AND (d.double_items <> c.items OR CAST(:missing AS integer) > 0)
