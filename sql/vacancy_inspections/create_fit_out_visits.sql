-- Room for the visits to fit-outs of one day.
--
-- Reads: nothing
-- Writes: fit_out_visits (temporary), one row per unit to be visited
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE fit_out_visits (
    community_code text NOT NULL,
    unit_code text NOT NULL,
    stages text NOT NULL
) ON COMMIT DROP
