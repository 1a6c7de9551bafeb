-- The changes a run asked about that still wait.
-- Reads: change_requests, intake_changes
-- Writes: nothing (one row per change)
-- Rerun: reads only
-- Params:
--   run_id (bigint): the run that asked
SELECT c.change_code AS change_code
FROM change_requests AS q
INNER JOIN intake_changes AS c ON q.change_id = c.change_id
WHERE
    q.run_id = :run_id
    AND c.state = 'pending'
ORDER BY q.place ASC
