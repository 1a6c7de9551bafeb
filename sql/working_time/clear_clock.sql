-- Takes the compiled stretches of working time away, before they are written anew.
--
-- Reads: nothing
-- Writes: deletes all of working_segments
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM working_segments
