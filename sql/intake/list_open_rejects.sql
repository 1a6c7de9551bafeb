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
    ARRAY_AGG(w."column" ORDER BY w.fault_no) AS fault_columns,
    ARRAY_AGG(w.reason_code ORDER BY w.fault_no) AS reason_codes,
    ARRAY_AGG(w.reason ORDER BY w.fault_no) AS reasons,
    ARRAY_AGG(w.reason_en ORDER BY w.fault_no) AS reasons_en
FROM rejected_rows AS r
INNER JOIN intake_files AS f ON f.file_id = r.file_id
INNER JOIN intake_sheets AS s ON s.file_id = r.file_id AND s.sheet_no = r.sheet_no
INNER JOIN rejects AS w ON w.file_id = r.file_id AND w.sheet_no = r.sheet_no AND w.row = r.row_no
WHERE r.file_id = ANY(CAST(:file_ids AS bigint[])) AND r.state = 'open'
GROUP BY r.file_id, r.sheet_no, r.row_no, r.dataset, r.cells, f.file, s.sheet, s.columns
ORDER BY r.file_id, r.sheet_no, r.row_no
