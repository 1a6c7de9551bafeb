-- The changes that wait for a second person and that nobody is being asked about.
-- Reads: intake_changes, change_requests, runs
-- Writes: nothing (one row per change)
-- Rerun: reads only
-- Params:
--   at_most (integer): rows
SELECT c.change_code AS change_code
FROM intake_changes AS c
WHERE
    c.state = 'pending'
    AND NOT EXISTS (
        SELECT 1
        FROM change_requests AS q
        INNER JOIN runs AS r ON q.run_id = r.run_id
        WHERE
            q.change_id = c.change_id
            AND r.state IN ('running', 'waiting')
    )
ORDER BY c.change_id ASC
LIMIT CAST(:at_most AS integer)
