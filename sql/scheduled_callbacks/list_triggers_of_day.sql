-- What makes customers due by periods on the day: nothing on a day on which nobody calls.
--
-- Reads: periods_of_day (temporary)
-- Writes: nothing
-- Rerun: the same rows
--
-- Params: none
SELECT DISTINCT p.trigger
FROM periods_of_day AS p
ORDER BY p.trigger
