-- Takes the compiled ladders away, before they are compiled anew.
--
-- Reads: nothing
-- Writes: deletes all of ladder_steps
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM ladder_steps
