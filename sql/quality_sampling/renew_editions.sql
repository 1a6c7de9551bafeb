-- The lists of some reviewers of a draw changed: a workbook that was mailed is followed by a further edition.
--
-- Reads: nothing else
-- Writes: quality_reviewers: edition and told_at of rows told of
-- Rerun: nothing, for what is not told yet has no further edition
--
-- Params:
--   draw_code (text): draw
--   staff_codes (text[]): reviewers whose lists changed
--   run_id (bigint): run that writes
UPDATE quality_reviewers AS v
SET
    edition = v.edition + 1,
    told_at = NULL,
    run_id = CAST(:run_id AS bigint)
WHERE
    v.draw_code = CAST(:draw_code AS text)
    AND v.staff_code = any(CAST(:staff_codes AS text[]))
    AND v.told_at IS NOT NULL
