-- Communities in which a weather event, with the other events that are open, asks for more than their inspectors can see
-- by the deadline, or has nobody.
--
-- Reads: inspections, inspected_communities (temporary)
-- Writes: inspection_remarks, one row per community and event
-- Rerun: nothing new
--
-- Params:
--   run_id (bigint): run that does it
--   at (timestamptz): instant the run works at
--   event_code (text): the event
--   day (date): its first day, inclusive
--   last_day (date): the deadline's day, inclusive
INSERT INTO inspection_remarks (kind, subject, community_code, detail, noted_at, run_id)
WITH loads AS (
    SELECT
        i.staff_code,
        i.due_on,
        count(*) AS units
    FROM inspections AS i
    WHERE
        i.plan IN ('severe_weather', 'rain')
        AND i.state IN ('planned', 'not_entered')
        AND i.due_on BETWEEN CAST(:day AS date) AND CAST(:last_day AS date)
        AND i.staff_code IS NOT NULL
    GROUP BY i.staff_code, i.due_on
),

by_community AS (
    SELECT
        i.community_code,
        c.per_day,
        count(*) AS due,
        count(*) FILTER (WHERE i.staff_code IS NULL) AS unassigned,
        count(*) FILTER (WHERE l.units > c.per_day) AS crowded,
        count(DISTINCT i.staff_code) AS inspectors,
        count(DISTINCT i.staff_code || ' ' || i.due_on) AS walks
    FROM inspections AS i
    INNER JOIN inspected_communities AS c ON i.community_code = c.community_code
    LEFT JOIN loads AS l ON i.staff_code = l.staff_code AND i.due_on = l.due_on
    WHERE i.period = CAST(:event_code AS text)
    GROUP BY i.community_code, c.per_day
)

SELECT
    CASE WHEN b.unassigned > 0 THEN 'no_inspector' ELSE 'over_capacity' END AS kind,
    b.community_code || ':' || CAST(:event_code AS text) AS subject,
    b.community_code,
    jsonb_build_object(
        'period', CAST(:event_code AS text),
        'units', CASE WHEN b.unassigned > 0 THEN b.unassigned ELSE greatest(b.due - b.walks * b.per_day, 1) END,
        'due', b.due,
        'per_day', b.per_day,
        'inspectors', b.inspectors,
        'seats', b.walks * b.per_day,
        'working_days', CAST(:last_day AS date) - CAST(:day AS date) + 1
    ) AS detail,
    CAST(:at AS timestamptz) AS noted_at,
    :run_id AS run_id
FROM by_community AS b
WHERE b.unassigned > 0 OR b.crowded > 0
ON CONFLICT (kind, subject) DO NOTHING
