-- Lists the rejected rows of some files that are still open, whole, with what is wrong with them.
-- Reads: rejected_rows, rejects, intake_sheets, intake_files.
-- Writes: nothing. Returns one row per rejected row, in the order of the files.
-- Rerun: the same rows.
-- Params:
--   file_ids (integer[]): the files
SELECT
    r.file_id,
    r.sheet_no,
    r.row_no,
    r.dataset,
    r.cells,
    f.file,
    s.sheet,
    s.columns,
    array_agg(w."column" ORDER BY w.fault_no) AS fault_columns,
    array_agg(w.reason_code ORDER BY w.fault_no) AS reason_codes,
    array_agg(w.reason ORDER BY w.fault_no) AS reasons,
    array_agg(w.reason_en ORDER BY w.fault_no) AS reasons_en
FROM rejected_rows AS r
INNER JOIN intake_files AS f ON r.file_id = f.file_id
INNER JOIN intake_sheets AS s ON r.file_id = s.file_id AND r.sheet_no = s.sheet_no
INNER JOIN rejects AS w ON r.file_id = w.file_id AND r.sheet_no = w.sheet_no AND r.row_no = w.row
WHERE r.file_id = any(CAST(:file_ids AS bigint[])) AND r.state = 'open'
GROUP BY r.file_id, r.sheet_no, r.row_no, r.dataset, r.cells, f.file, s.sheet, s.columns
ORDER BY r.file_id, r.sheet_no, r.row_no
