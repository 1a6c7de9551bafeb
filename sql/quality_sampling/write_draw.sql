-- QC-01: a draw: the frame it was made from, its seeds, and what came of it.
--
-- Reads: nothing
-- Writes: quality_draws, one row per period and section
-- Rerun: fails on the key: a period is drawn once
--
-- Params:
--   draw_code (text): draw
--   kind (text): weekly or month_end
--   period (text): week or month
--   section (text): community with reviewers of its own, or company
--   frame_from (timestamptz): start of the period, inclusive
--   frame_to (timestamptz): end of the period, exclusive
--   seed_word (text): word the seeds come from
--   random_seed (bigint): seed of the random part
--   risk_seed (bigint): seed of the risk part
--   double_seed (bigint): seed of double scoring
--   frame_digest (text): digest of the frame
--   frame_items (bigint): items of the frame
--   population (bigint): of these, could be drawn
--   late_items (integer): of these, came in after the draw of their own week
--   capacity (integer): scores the reviewers can give
--   minimum_needed (integer): items the minimum of every agent calls for
--   random_items (integer): items drawn in proportion
--   minimum_items (integer): items drawn for the minimum
--   risk_items (integer): items drawn by risk alone
--   audit_items (integer): corrections looked at again
--   dropped_items (integer): items of the minimum that found no room
--   explanation (text): how the numbers came about, JSON
--   drawn_at (timestamptz): instant of the draw
--   due_on (date): day by which it is scored
--   run_id (bigint): run
INSERT INTO quality_draws (
    draw_code, kind, period, section, frame_from, frame_to, seed_word, random_seed, risk_seed, double_seed,
    frame_digest, frame_items, population, late_items, capacity, minimum_needed, random_items, minimum_items,
    risk_items, audit_items, dropped_items, explanation, drawn_at, due_on, run_id
)
SELECT
    CAST(:draw_code AS text),
    CAST(:kind AS text),
    CAST(:period AS text),
    CAST(:section AS text),
    CAST(:frame_from AS timestamptz),
    CAST(:frame_to AS timestamptz),
    CAST(:seed_word AS text),
    CAST(:random_seed AS bigint),
    CAST(:risk_seed AS bigint),
    CAST(:double_seed AS bigint),
    CAST(:frame_digest AS text),
    CAST(:frame_items AS bigint),
    CAST(:population AS bigint),
    CAST(:late_items AS integer),
    CAST(:capacity AS integer),
    CAST(:minimum_needed AS integer),
    CAST(:random_items AS integer),
    CAST(:minimum_items AS integer),
    CAST(:risk_items AS integer),
    CAST(:audit_items AS integer),
    CAST(:dropped_items AS integer),
    CAST(:explanation AS jsonb),
    CAST(:drawn_at AS timestamptz),
    CAST(:due_on AS date),
    CAST(:run_id AS bigint)
