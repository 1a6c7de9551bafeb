-- The faults of one file's rejected rows, in the order of the file.
-- Reads: rejects
-- Writes: nothing (one row per fault)
-- Rerun: reads only
-- Params:
--   file_id (bigint): the file
--   state (text): only rows in this state; null: all
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    r.sheet AS sheet,
    r.row AS row_no,
    r."column" AS column_name,
    r.value AS value,
    r.reason_code AS reason_code,
    r.reason AS reason,
    r.reason_en AS reason_en,
    r.state AS state
FROM rejects AS r
WHERE
    r.file_id = :file_id
    AND (CAST(:state AS text) IS NULL OR r.state = :state)
ORDER BY r.sheet_no ASC, r.row ASC, r.fault_no ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
