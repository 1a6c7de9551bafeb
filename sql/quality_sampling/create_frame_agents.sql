-- Everybody whose items may be in the frame of a week: community, who scores their calls, since when they count, and
-- whether they are new or change team within the week.
--
-- Reads: staff, frame_communities, staff_teams (temporary)
-- Writes: frame_agents (temporary), one row per member of staff
-- Rerun: after it was dropped
--
-- Params:
--   first_day (date): Monday of the week
--   new_agent_days (integer): days after being hired up to which somebody is new, inclusive
CREATE TEMPORARY TABLE frame_agents ON COMMIT DROP AS
WITH earliest AS (
    SELECT min(f.live_at) AS live_at
    FROM frame_communities AS f
),

moving AS (
    SELECT DISTINCT t.staff_code
    FROM staff_teams AS t
    WHERE
        (t.first_day > CAST(:first_day AS date) AND t.first_day <= CAST(:first_day AS date) + 6)
        OR (t.last_day >= CAST(:first_day AS date) AND t.last_day < CAST(:first_day AS date) + 6)
)

SELECT
    s.staff_code,
    s.community_code,
    coalesce(f.section, 'company') AS section,
    CASE WHEN s.community_code IS NULL THEN e.live_at ELSE f.live_at END AS live_at,
    s.department,
    s.hired_on,
    coalesce(CAST(:first_day AS date) - s.hired_on <= CAST(:new_agent_days AS integer), FALSE) AS is_new,
    m.staff_code IS NOT NULL AS is_moving
FROM staff AS s
CROSS JOIN earliest AS e
LEFT JOIN frame_communities AS f ON s.community_code = f.community_code
LEFT JOIN moving AS m ON s.staff_code = m.staff_code
