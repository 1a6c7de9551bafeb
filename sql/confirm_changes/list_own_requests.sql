-- The changes a run asks about, in the order of its questions.
-- Reads: change_requests, intake_changes
-- Writes: nothing (one row per question)
-- Rerun: reads only
-- Params:
--   run_id (bigint): the run that asks
SELECT
    c.change_code AS change_code,
    q.place AS place
FROM change_requests AS q
INNER JOIN intake_changes AS c ON q.change_id = c.change_id
WHERE q.run_id = :run_id
ORDER BY q.place ASC
