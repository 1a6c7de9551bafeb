-- Takes the compiled deadline policies away, before they are compiled anew.
--
-- Reads: nothing
-- Writes: deletes all of deadline_choices
-- Rerun: changes nothing
--
-- Params: none
DELETE FROM deadline_choices
