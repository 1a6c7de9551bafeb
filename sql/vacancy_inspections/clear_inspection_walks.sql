-- Room for the next day's walks.
--
-- Reads: nothing
-- Writes: inspection_walks (temporary), emptied
-- Rerun: the same
--
-- Params: none
TRUNCATE inspection_walks
