-- What came in today, and what waits for people.
-- Reads: intake_files, rejected_rows, intake_changes
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   day_start (timestamptz): start of today, inclusive
--   files_looked_at (integer): newest files among which today's are counted
WITH newest AS (
    SELECT f.received_at AS received_at
    FROM intake_files AS f
    ORDER BY f.file_id DESC
    LIMIT CAST(:files_looked_at AS integer)
)

SELECT
    (
        SELECT count(*)
        FROM newest AS n
        WHERE n.received_at >= :day_start
    ) AS files_today,
    (
        SELECT count(*)
        FROM rejected_rows AS r
        WHERE r.state = 'open'
    ) AS open_rows,
    (
        SELECT count(*)
        FROM rejected_rows AS r
        WHERE
            r.state = 'open'
            AND r.may_come_right
    ) AS waiting_rows,
    (
        SELECT count(*)
        FROM intake_changes AS c
        WHERE c.state = 'pending'
    ) AS pending_changes
