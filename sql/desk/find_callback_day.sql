-- The latest day, up to a given one, for which there are callback lists.
-- Reads: callback_lists
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   day (date): latest day looked at, inclusive
SELECT max(l.work_date) AS work_date
FROM callback_lists AS l
WHERE l.work_date <= CAST(:day AS date)
