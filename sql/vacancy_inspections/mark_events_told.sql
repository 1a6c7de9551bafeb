-- Marks weather events: that the managers were told what is planned.
--
-- Reads: weather_events
-- Writes: weather_events.told_at, one row per event given
-- Rerun: changes nothing; a mark stays as it was set first
--
-- Params:
--   at (timestamptz): instant of the run that tells
--   event_codes (text[]): the events
UPDATE weather_events AS e
SET told_at = :at
WHERE e.event_code = any(CAST(:event_codes AS text[])) AND e.told_at IS NULL
