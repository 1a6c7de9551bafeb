-- Marks months of registered vacancies: that the managers know they count as occupied, or that they no longer do.
--
-- Reads: vacancy_use
-- Writes: vacancy_use.told_at, one row per application and month given; blank where the month is not occupied
-- Rerun: changes nothing
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   application_codes (text[]): registrations
--   periods (text[]): months, in the same order
UPDATE vacancy_use AS w
SET told_at = CASE WHEN w.is_occupied THEN CAST(:at AS timestamptz) END
FROM unnest(CAST(:application_codes AS text[]), CAST(:periods AS text[])) AS g (application_code, period)
WHERE
    w.application_code = g.application_code
    AND w.period = g.period
    AND w.is_occupied = (w.told_at IS NULL)
