-- Notes up to which instant vacancy is derived; a run for an earlier instant works at this one.
--
-- Reads: nothing
-- Writes: vacancy_progress, its one row
-- Rerun: writes nothing
--
-- Params:
--   computed_to (timestamptz): instant derived for
INSERT INTO vacancy_progress AS p (computed_to)
VALUES (CAST(:computed_to AS timestamptz))
ON CONFLICT (only_row) DO UPDATE SET
    computed_to = excluded.computed_to
WHERE p.computed_to < excluded.computed_to
