-- The latest instant vacancies were derived for; no row before the first run.
--
-- Reads: vacancy_progress
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params: none
SELECT p.computed_to
FROM vacancy_progress AS p
