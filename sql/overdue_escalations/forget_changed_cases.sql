-- Empties the list of written cases, for a run that looks at all of them anyway.
--
-- Reads: nothing
-- Writes: deletes from case_changes
-- Rerun: the list is empty
--
-- Params: none
DELETE FROM case_changes
