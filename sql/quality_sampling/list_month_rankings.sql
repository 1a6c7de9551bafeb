-- The ranking of a month, with the community of each agent.
--
-- Reads: quality_rankings, staff
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   period (text): month, YYYY-MM
SELECT
    k.staff_code,
    k.team_code,
    s.community_code,
    k.place,
    k.team_place,
    k.total,
    k.quality_points,
    k.volume_points,
    k.attendance_points,
    k.adherence_points,
    k.items,
    k.shifts_attended,
    k.shifts_due,
    k.shift_minutes,
    k.logged_in_minutes,
    k.unranked_reason,
    k.explanation
FROM quality_rankings AS k
INNER JOIN staff AS s ON k.staff_code = s.staff_code
WHERE k.period = CAST(:period AS text)
ORDER BY k.place NULLS LAST, k.staff_code
