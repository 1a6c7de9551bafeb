-- Room for the next day's slots.
--
-- Reads: nothing
-- Writes: inspection_slots (temporary), emptied
-- Rerun: the same
--
-- Params: none
TRUNCATE inspection_slots
