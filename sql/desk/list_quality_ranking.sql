-- The ranking of a month, as far as it may be shown to who looks: the ranked by place, then those without one.
-- Reads: quality_rankings, staff
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   period (text): month, YYYY-MM
--   viewer (text): staff number of who looks; empty: not in the register
--   sees_all (boolean): everybody's scores may be shown
--   communities (text[]): communities whose agents' may
--   teams (text[]): teams whose may
--   teamless_of (text[]): communities of whose agents without a team they may
--   page_size (integer): rows at most
--   skip (integer): rows before the page
SELECT
    r.staff_code AS staff_code,
    s.staff_name AS staff_name,
    r.team_code AS team_code,
    r.place AS place,
    r.team_place AS team_place,
    r.total AS total,
    r.quality_points AS quality_points,
    r.volume_points AS volume_points,
    r.attendance_points AS attendance_points,
    r.adherence_points AS adherence_points,
    r.items AS items,
    r.shifts_attended AS shifts_attended,
    r.shifts_due AS shifts_due,
    r.unranked_reason AS unranked_reason,
    r.explanation AS explanation
FROM quality_rankings AS r
INNER JOIN staff AS s ON r.staff_code = s.staff_code
WHERE
    r.period = CAST(:period AS text)
    AND (
        r.staff_code = CAST(:viewer AS text)
        OR (
            CAST(:sees_all AS boolean)
            OR s.community_code = any(CAST(:communities AS text[]))
            OR s.team_code = any(CAST(:teams AS text[]))
            OR (s.team_code IS NULL AND s.community_code = any(CAST(:teamless_of AS text[])))
        )
        OR r.team_code = any(CAST(:teams AS text[]))
    )
ORDER BY r.place ASC NULLS LAST, r.staff_code ASC
LIMIT CAST(:page_size AS integer) OFFSET CAST(:skip AS integer)
