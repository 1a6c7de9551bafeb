-- What is held back by an exception: neither billed nor credited, whatever was posted for it.
--
-- Reads: nothing
-- Writes: due_holds (temporary), empty; one row per month, unit and charge; charge_kind blank: all of the unit;
-- charge_source blank: all sources
-- Rerun: once per transaction
--
-- Params: none
CREATE TEMPORARY TABLE due_holds (
    community_code text NOT NULL,
    period text NOT NULL,
    unit_code text NOT NULL,
    charge_kind text,
    charge_source text,
    unit_use text,
    reason text NOT NULL
) ON COMMIT DROP
