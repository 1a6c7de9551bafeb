-- One file: where it came from, what became of it.
-- Reads: intake_files, runs
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   file_id (bigint): the file
SELECT
    f.file_id AS file_id,
    f.file AS file,
    f.received_at AS received_at,
    f.as_of AS as_of,
    f.size_bytes AS size_bytes,
    f.digest AS digest,
    f.place AS place,
    f.sent_by AS sent_by,
    f.outcome AS outcome,
    f.reason_code AS reason_code,
    f.reason AS reason,
    f.reason_en AS reason_en,
    f.same_as AS same_as,
    f.is_forced AS is_forced,
    f.moved_to AS moved_to,
    r.run_code AS run_code
FROM intake_files AS f
LEFT JOIN runs AS r ON f.run_id = r.run_id
WHERE f.file_id = :file_id
