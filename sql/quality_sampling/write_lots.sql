-- The lots of a month with their acceptance plans; nothing is judged yet.
--
-- Reads: nothing
-- Writes: quality_lots, one row per agent
-- Rerun: fails on the key: a month is drawn once
--
-- Params:
--   period (text): month
--   staff_codes (text[]): agents
--   lot_sizes (int[]): items, in the same order as the agents, like all that follows
--   aql (numeric): acceptance quality limit, percent
--   inspection_level (text): inspection level
--   inspections (text[]): inspection in force
--   code_letters (text[]): code letters
--   sample_sizes (int[]): n of the plans
--   acceptance_numbers (int[]): Ac of the plans
--   random_items (int[]): items drawn before that count for the plan
--   top_up_items (int[]): items drawn to complete it
--   missing_items (int[]): items it is short of
--   switching_scores (int[]): switching scores before
--   explanations (text[]): JSON
--   at (timestamptz): instant of the run
--   run_id (bigint): run
INSERT INTO quality_lots (
    period, staff_code, lot_size, aql, inspection_level, inspection, code_letter, sample_size, acceptance_number,
    random_items, top_up_items, missing_items, verdict, switching_score, next_inspection, explanation, computed_at, run_id
)
SELECT
    CAST(:period AS text),
    g.staff_code,
    g.lot_size,
    CAST(:aql AS numeric),
    CAST(:inspection_level AS text),
    g.inspection,
    g.code_letter,
    g.sample_size,
    g.acceptance_number,
    g.random_items,
    g.top_up_items,
    g.missing_items,
    'none',
    g.switching_score,
    g.inspection,
    CAST(g.explanation AS jsonb),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:staff_codes AS text[]),
        CAST(:lot_sizes AS integer[]),
        CAST(:inspections AS text[]),
        CAST(:code_letters AS text[]),
        CAST(:sample_sizes AS integer[]),
        CAST(:acceptance_numbers AS integer[]),
        CAST(:random_items AS integer[]),
        CAST(:top_up_items AS integer[]),
        CAST(:missing_items AS integer[]),
        CAST(:switching_scores AS integer[]),
        CAST(:explanations AS text[])
    ) AS g (
        staff_code, lot_size, inspection, code_letter, sample_size, acceptance_number, random_items, top_up_items,
        missing_items, switching_score, explanation
    )
