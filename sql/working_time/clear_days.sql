-- Takes the compiled working days away, before they are written anew.
--
-- Reads: nothing
-- Writes: deletes all of working_days
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM working_days
