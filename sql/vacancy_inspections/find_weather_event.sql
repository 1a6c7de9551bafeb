-- The weather event that was planned before: the same plan, name, areas and deadline.
--
-- Reads: weather_events
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params:
--   plan (text): severe_weather or rain
--   event (text): what it is called
--   areas (text): communities, comma-separated, sorted
--   deadline (timestamptz): instant by which every unit must be inspected
SELECT e.event_code
FROM weather_events AS e
WHERE
    e.plan = CAST(:plan AS text)
    AND e.event = CAST(:event AS text)
    AND e.areas = CAST(:areas AS text)
    AND e.deadline = CAST(:deadline AS timestamptz)
