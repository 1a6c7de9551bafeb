-- Notes the latest instant a step worked at; time never runs backwards.
--
-- Reads: quality_progress
-- Writes: quality_progress, its one row
-- Rerun: nothing at the same instant or an earlier one
--
-- Params:
--   at (timestamptz): instant a step works at
INSERT INTO quality_progress AS p (only_row, computed_to)
VALUES (TRUE, CAST(:at AS timestamptz))
ON CONFLICT (only_row) DO UPDATE
    SET computed_to = excluded.computed_to
    WHERE p.computed_to < excluded.computed_to
