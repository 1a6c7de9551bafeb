-- Room for the next day's placements.
--
-- Reads: nothing
-- Writes: inspection_placements (temporary), emptied
-- Rerun: the same
--
-- Params: none
TRUNCATE inspection_placements
