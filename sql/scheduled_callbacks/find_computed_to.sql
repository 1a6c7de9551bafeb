-- The latest instant a step of callbacks worked at; blank before the first run.
--
-- Reads: callback_progress
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT max(p.computed_to) AS computed_to
FROM callback_progress AS p
