-- The events of all cases, for a run that looks at everything (the first of a home).
--
-- Reads: case_events
-- Writes: chosen_events (temporary view of this session), one row per event
-- Rerun: makes the same view
--
-- Params: none
CREATE OR REPLACE TEMPORARY VIEW chosen_events AS
SELECT
    e.case_code,
    e.event_at,
    e.event
FROM case_events AS e
