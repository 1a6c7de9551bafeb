-- Counts what became of the rows of some files, sheet by sheet; sheets that hold no dataset are left out.
-- Reads: intake_sheets, intake_files.
-- Writes: nothing. Returns one row per sheet, in the order of the files.
-- Rerun: the same rows.
-- Params:
--   file_ids (integer[]): the files
SELECT
    f.file,
    s.sheet,
    s.dataset,
    s.rows_read,
    s.accepted,
    s.unchanged,
    s.pending,
    s.rejected,
    s.skipped_blank + s.skipped_total + s.skipped_header + s.skipped_below + s.skipped_unfilled AS skipped
FROM intake_sheets AS s
INNER JOIN intake_files AS f ON s.file_id = f.file_id
WHERE s.file_id = any(CAST(:file_ids AS bigint[])) AND s.dataset IS NOT NULL
ORDER BY s.file_id, s.sheet_no
