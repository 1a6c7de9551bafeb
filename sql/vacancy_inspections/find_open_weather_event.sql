-- The weather event that an operator means who names one that is still open: the same plan and name, in any case, and an
-- area that both have.
--
-- Reads: weather_events
-- Writes: nothing
-- Rerun: the same row for the same table
--
-- Params:
--   plan (text): severe_weather or rain
--   event (text): what it is called
--   areas (text[]): communities
--   at (timestamptz): instant the run works at; an event is open until its deadline
SELECT
    e.event_code,
    e.areas,
    e.deadline,
    e.includes_basements
FROM weather_events AS e
WHERE
    e.plan = CAST(:plan AS text)
    AND lower(e.event) = lower(CAST(:event AS text))
    AND string_to_array(e.areas, ',') && CAST(:areas AS text[])
    AND e.deadline > CAST(:at AS timestamptz)
ORDER BY e.started_at ASC, e.event_code ASC
LIMIT 1
