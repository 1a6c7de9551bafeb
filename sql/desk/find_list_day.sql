-- The latest day, up to a given one, for which there are worklists.
-- Reads: inspection_lists
-- Writes: nothing (one row; blank: no list yet)
-- Rerun: reads only
-- Params:
--   day (date): latest day looked at, inclusive
SELECT max(i.work_date) AS work_date
FROM inspection_lists AS i
WHERE i.work_date <= :day
