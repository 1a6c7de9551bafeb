-- Finds a calling day by its number.
--
-- Reads: calling_days (temporary)
-- Writes: an index on it, for calling days only
-- Rerun: after the table was made anew
--
-- Params: none
CREATE UNIQUE INDEX ON calling_days (calendar_code, day_no) INCLUDE (day) WHERE is_calling_day
