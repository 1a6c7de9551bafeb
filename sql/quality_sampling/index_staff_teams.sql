-- Makes the team of somebody on a day quick to find.
--
-- Reads: staff_teams (temporary)
-- Writes: an index
-- Rerun: after the table was made anew
--
-- Params: none
CREATE INDEX ON staff_teams (staff_code, first_day)
