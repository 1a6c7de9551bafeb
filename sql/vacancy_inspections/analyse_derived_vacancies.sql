-- Tells the planner how many intervals were derived: what follows compares them with all that are kept.
--
-- Reads: derived_vacancies (temporary)
-- Writes: the statistics of derived_vacancies (temporary); no row (grain: none)
-- Rerun: the same
--
-- Params: none
ANALYZE derived_vacancies
