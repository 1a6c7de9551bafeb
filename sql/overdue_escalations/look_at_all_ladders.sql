-- Ladders have changed: those of all deadlines that have not ended are looked at again.
--
-- Reads: deadlines
-- Writes: deadlines, one row per deadline that has not ended
-- Rerun: writes nothing
--
-- Params: none
UPDATE deadlines AS d SET
    next_look_at = d.starts_at
WHERE d.ended_at IS NULL AND d.next_look_at IS DISTINCT FROM d.starts_at
