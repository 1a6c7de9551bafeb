-- QC-01: the criteria that a draw's items are scored by, as in force on the day of the draw.
--
-- Reads: nothing
-- Writes: quality_draw_criteria, one row per draw and criterion
-- Rerun: fails on the key: a draw is written once
--
-- Params:
--   draw_code (text): draw
--   run_id (bigint): run
--   criteria (text[]): criteria
--   positions (integer[]): places in the workbook, from 1, in the same order as the criteria, like all that follows
--   weights (numeric[]): weights in the score
--   criticals (boolean[]): a failure is a critical error
--   pass_scores (numeric[]): scores from which they are passed, 0 to 100
INSERT INTO quality_draw_criteria (
    criterion, position, weight, is_critical, pass_score, draw_code, run_id
)
SELECT
    g.criterion,
    g.position,
    g.weight,
    g.is_critical,
    g.pass_score,
    CAST(:draw_code AS text),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:criteria AS text[]),
        CAST(:positions AS integer[]),
        CAST(:weights AS numeric[]),
        CAST(:criticals AS boolean[]),
        CAST(:pass_scores AS numeric[])
    ) AS g (
        criterion, position, weight, is_critical, pass_score
    )
