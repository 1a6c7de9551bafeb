-- The receipt of one file: its sheets and what became of their rows.
-- Reads: intake_sheets
-- Writes: nothing (one row per sheet, in order)
-- Rerun: reads only
-- Params:
--   file_id (bigint): the file
SELECT
    s.sheet_no AS sheet_no,
    s.sheet AS sheet,
    s.dataset AS dataset,
    s.outcome AS outcome,
    s.note AS note,
    s.surplus AS surplus,
    s.rows_read AS rows_read,
    s.accepted AS accepted,
    s.unchanged AS unchanged,
    s.updated AS updated,
    s.pending AS pending,
    s.rejected AS rejected,
    s.skipped_blank + s.skipped_total + s.skipped_header + s.skipped_below + s.skipped_unfilled AS skipped
FROM intake_sheets AS s
WHERE s.file_id = :file_id
ORDER BY s.sheet_no ASC
