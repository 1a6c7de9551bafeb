-- Moves the deadline of an open weather event or widens it; whoever was told of it is told again.
--
-- Reads: weather_events
-- Writes: weather_events, one row
-- Rerun: changes nothing
--
-- Params:
--   run_id (bigint): run that does it
--   event_code (text): the event
--   areas (text): communities, comma-separated, sorted
--   deadline (timestamptz): instant by which every unit must be inspected
--   includes_basements (bool): basements are inspected too
UPDATE weather_events AS e SET
    areas = CAST(:areas AS text),
    deadline = CAST(:deadline AS timestamptz),
    includes_basements = CAST(:includes_basements AS boolean),
    told_at = NULL,
    run_id = :run_id
WHERE
    e.event_code = CAST(:event_code AS text)
    AND (e.areas, e.deadline, e.includes_basements)
    IS DISTINCT FROM (CAST(:areas AS text), CAST(:deadline AS timestamptz), CAST(:includes_basements AS boolean))
