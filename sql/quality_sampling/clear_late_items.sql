-- Empties the queue of what came in late: the frame just drawn has taken it in.
--
-- Reads: nothing
-- Writes: quality_late_items, emptied
-- Rerun: nothing
--
-- Params: none
DELETE FROM quality_late_items AS l
WHERE TRUE
