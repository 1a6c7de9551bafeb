-- Room for the inspectors of whom more inspections are to be checked again.
--
-- Reads: nothing
-- Writes: spot_check_needs (temporary), one row per inspector
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE spot_check_needs (
    inspected_by text NOT NULL,
    needed bigint NOT NULL
) ON COMMIT DROP
