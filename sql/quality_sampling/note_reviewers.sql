-- Who scores a draw, with days at work and room, as it was found when the draw was assigned first.
--
-- Reads: nothing
-- Writes: quality_reviewers, one row per reviewer
-- Rerun: nothing, rows that are there stay
--
-- Params:
--   draw_code (text): draw
--   staff_codes (text[]): reviewers
--   days (int[]): days at work in the time for scoring, in the same order
--   capacities (int[]): items each can score in it, second scores included, likewise
--   run_id (bigint): run that writes
INSERT INTO quality_reviewers (draw_code, staff_code, days, capacity, run_id)
SELECT
    CAST(:draw_code AS text) AS draw_code,
    g.staff_code,
    g.days,
    g.capacity,
    CAST(:run_id AS bigint) AS run_id
FROM
    unnest(CAST(:staff_codes AS text[]), CAST(:days AS integer[]), CAST(:capacities AS integer[]))
        AS g (staff_code, days, capacity)
ON CONFLICT (draw_code, staff_code) DO NOTHING
