-- Days after the first on which a setting begins to hold, for any community.
--
-- Reads: settings
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   first_day (date): first day, exclusive: what begins then holds on all the days
--   last_day (date): last day, inclusive
SELECT DISTINCT s.valid_from AS day
FROM settings AS s
WHERE s.valid_from > CAST(:first_day AS date) AND s.valid_from <= CAST(:last_day AS date)
ORDER BY s.valid_from
