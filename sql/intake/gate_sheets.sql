-- The sheets a run took in, with what the gate asks of them.
--
-- Reads: intake_files, intake_sheets, rejected_rows
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
SELECT
    s.file_id,
    s.sheet_no,
    s.dataset,
    s.rows_read,
    s.rejected - count(r.row_no) AS rows_not_kept,
    CASE WHEN s.rows_read > 0 THEN round(100.0 * s.rejected / s.rows_read, 1) END AS rejected_percent,
    CASE WHEN s.accepted >= 20 THEN round(100.0 * s.updated / s.accepted, 1) END AS updated_percent,
    jsonb_array_length(s.surplus) AS surplus_columns
FROM intake_files AS f
INNER JOIN intake_sheets AS s ON f.file_id = s.file_id
LEFT JOIN rejected_rows AS r ON s.file_id = r.file_id AND s.sheet_no = r.sheet_no
WHERE f.run_id = :run_id AND s.outcome = 'read'
GROUP BY s.file_id, s.sheet_no
