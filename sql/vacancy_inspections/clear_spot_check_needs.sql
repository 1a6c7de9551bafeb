-- Room for the next draw.
--
-- Reads: nothing
-- Writes: spot_check_needs (temporary), emptied
-- Rerun: the same
--
-- Params: none
TRUNCATE spot_check_needs
