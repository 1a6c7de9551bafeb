-- The rows of a change: what stands there and what would.
-- Reads: intake_change_rows
-- Writes: nothing (one row per row of the change, in the order of the file)
-- Rerun: reads only
-- Params:
--   change_id (bigint): the change
--   at_most (integer): rows
SELECT
    w.row_no AS row_no,
    w.action AS action,
    w.key AS key,
    w.before AS before,
    w.after AS after
FROM intake_change_rows AS w
WHERE w.change_id = :change_id
ORDER BY w.row_no ASC
LIMIT CAST(:at_most AS integer)
