-- The latest weather events, newest first.
-- Reads: weather_events
-- Writes: nothing (one row per event)
-- Rerun: reads only
-- Params:
--   community_code (text): only events that this community belongs to; null: all
--   page_size (integer): rows at most
SELECT
    e.event_code AS event_code,
    e.plan AS plan,
    e.event AS event,
    string_to_array(e.areas, ',') AS communities,
    e.deadline AS deadline,
    e.includes_basements AS includes_basements,
    e.started_at AS started_at,
    e.requested_by AS requested_by
FROM weather_events AS e
WHERE CAST(:community_code AS text) IS NULL OR :community_code = any(string_to_array(e.areas, ','))
ORDER BY e.started_at DESC, e.event_code DESC
LIMIT CAST(:page_size AS integer)
