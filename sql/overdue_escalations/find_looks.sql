-- Whether any ladder must be looked at.
--
-- Reads: deadlines
-- Writes: nothing
-- Rerun: the same answer for the same table
--
-- Params:
--   as_of (timestamptz): instant of the run
SELECT exists(
    SELECT 1 FROM deadlines AS d
    WHERE d.next_look_at <= :as_of
) AS has_looks
