-- QC-01: notes how far weeks are drawn: what is older and comes in from now on is late. The first draw also notes the first
-- day that was sampled.
--
-- Reads: frame_communities (temporary)
-- Writes: quality_progress, its one row
-- Rerun: nothing for a week drawn before
--
-- Params:
--   drawn_to (timestamptz): end of the week drawn, exclusive
--   at (timestamptz): instant of the draw
--   run_id (bigint): run
INSERT INTO quality_progress AS p (only_row, drawn_to, first_day, computed_to, run_id)
SELECT
    TRUE,
    CAST(:drawn_to AS timestamptz),
    CAST(min(f.live_at) AT TIME ZONE 'Asia/Shanghai' AS date),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM frame_communities AS f
ON CONFLICT (only_row) DO UPDATE
    SET
        drawn_to = excluded.drawn_to,
        first_day = coalesce(p.first_day, excluded.first_day),
        computed_to = greatest(p.computed_to, excluded.computed_to),
        run_id = excluded.run_id
    WHERE p.drawn_to IS NULL OR p.drawn_to < excluded.drawn_to
