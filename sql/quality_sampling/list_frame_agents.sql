-- Everybody whose work a week's frame may hold: community, from when their calls count, team, and what makes them special.
--
-- Reads: frame_agents, staff_teams (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   first_day (date): first day of the week; who is not moving has one team, or none, all week
SELECT
    a.staff_code,
    a.community_code,
    a.live_at,
    a.is_new,
    a.is_moving,
    t.team_code
FROM frame_agents AS a
LEFT JOIN staff_teams AS t
    ON
        a.staff_code = t.staff_code
        AND CAST(:first_day AS date) BETWEEN t.first_day AND t.last_day
ORDER BY a.staff_code
