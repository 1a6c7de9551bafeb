-- Makes room for the periods of another day.
--
-- Reads: nothing
-- Writes: drops periods_of_day (temporary)
-- Rerun: nothing more
--
-- Params: none
DROP TABLE IF EXISTS pg_temp.periods_of_day
