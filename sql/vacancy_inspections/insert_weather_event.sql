-- A weather event; its code is the plan's letter, the day and a number of that day, such as W20261122-1.
--
-- Reads: weather_events
-- Writes: weather_events, one row
-- Rerun: the key refuses the same event
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the run works at
--   day (date): its day
--   plan (text): severe_weather or rain
--   event (text): what it is called
--   areas (text): communities, comma-separated, sorted
--   deadline (timestamptz): instant by which every unit must be inspected
--   includes_basements (bool): basements are inspected too
--   requested_by (text): Airflow user or staff code; NULL: nobody said
INSERT INTO weather_events (
    event_code, plan, event, areas, deadline, includes_basements, started_at, requested_by, run_id
)
WITH today AS (
    SELECT
        CASE CAST(:plan AS text) WHEN 'rain' THEN 'R' ELSE 'W' END || to_char(CAST(:day AS date), 'YYYYMMDD') || '-'
            AS stem
)

SELECT
    t.stem || (
        SELECT count(*) + 1 FROM weather_events AS e
        WHERE starts_with(e.event_code, t.stem)
    ) AS event_code,
    CAST(:plan AS text) AS plan,
    CAST(:event AS text) AS event,
    CAST(:areas AS text) AS areas,
    CAST(:deadline AS timestamptz) AS deadline,
    CAST(:includes_basements AS boolean) AS includes_basements,
    CAST(:at AS timestamptz) AS started_at,
    CAST(:requested_by AS text) AS requested_by,
    :run_id AS run_id
FROM today AS t
RETURNING event_code
