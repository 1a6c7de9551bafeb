-- Room for the next day's visits.
--
-- Reads: nothing
-- Writes: fit_out_visits (temporary), emptied
-- Rerun: the same
--
-- Params: none
TRUNCATE fit_out_visits
