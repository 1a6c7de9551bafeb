-- The changes of restricted datasets that wait for a second person, the oldest first.
-- Reads: intake_changes
-- Writes: nothing (one row per change)
-- Rerun: reads only
-- Params:
--   at_most (integer): rows
SELECT
    c.change_code AS change_code,
    c.dataset AS dataset,
    c.proposed_by AS proposed_by,
    c.proposed_at AS proposed_at
FROM intake_changes AS c
WHERE c.state = 'pending'
ORDER BY c.change_id ASC
LIMIT CAST(:at_most AS integer)
