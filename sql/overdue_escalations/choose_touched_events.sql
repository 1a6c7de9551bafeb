-- The events of the cases that must be looked at again.
--
-- Reads: case_events, touched_cases (temporary)
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
INNER JOIN touched_cases AS t ON e.case_code = t.case_code
