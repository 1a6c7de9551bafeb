-- The month-end draw of a section: what completes the acceptance plans of its agents' lots.
--
-- Reads: nothing
-- Writes: quality_draws, one row per month and section
-- Rerun: fails on the key: a month is drawn once
--
-- Params:
--   draw_code (text): draw
--   period (text): month
--   section (text): section
--   frame_from (timestamptz): start of the month, inclusive
--   frame_to (timestamptz): end of the month, exclusive
--   seed_word (text): word the seeds come from
--   random_seed (bigint): seed of the order of the items
--   risk_seed (bigint): seed of the risk part, which a month-end draw has none of
--   double_seed (bigint): seed of double scoring
--   frame_digest (text): digest of the lots
--   frame_items (bigint): items of the month
--   population (bigint): of these, could be drawn, those drawn before included
--   capacity (integer): scores the reviewers have room for
--   top_up_items (integer): items drawn
--   double_items (integer): of these, to be scored twice
--   dropped_items (integer): items that found no room
--   explanation (text): what it rests on, JSON
--   drawn_at (timestamptz): instant of the run
--   due_on (date): day by which it is scored
--   run_id (bigint): run
INSERT INTO quality_draws (
    draw_code, kind, period, section, frame_from, frame_to, seed_word, random_seed, risk_seed, double_seed,
    frame_digest, frame_items, population, capacity, top_up_items, double_items, dropped_items, explanation, drawn_at,
    due_on, run_id
)
SELECT
    CAST(:draw_code AS text),
    'month_end',
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
    CAST(:capacity AS integer),
    CAST(:top_up_items AS integer),
    CAST(:double_items AS integer),
    CAST(:dropped_items AS integer),
    CAST(:explanation AS jsonb),
    CAST(:drawn_at AS timestamptz),
    CAST(:due_on AS date),
    CAST(:run_id AS bigint)
