-- Weather events whose deadline is not over.
--
-- Reads: weather_events
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   at (timestamptz): instant the run works at
SELECT
    e.event_code,
    e.plan,
    e.areas,
    e.deadline,
    e.includes_basements
FROM weather_events AS e
WHERE e.deadline > CAST(:at AS timestamptz) AND e.started_at <= CAST(:at AS timestamptz)
ORDER BY e.event_code
