-- QC-01: keeps the ranking of a month's agents.
--
-- Reads: nothing
-- Writes: quality_rankings, one row per month and agent
-- Rerun: writes only what differs
--
-- Params:
--   period (text): month, YYYY-MM
--   staff_codes (text[]): agents
--   team_codes (text[]): teams at the end of the month, in the same order as the agents, like all that follows
--   places (int[]): places among all; blank: unranked
--   team_places (int[]): places within the team
--   totals (numeric[]): weighted points, 0 to 100; blank: unranked
--   quality_points (numeric[]): mean score of the month; blank: no sample
--   volume_points (numeric[]): items a shift against the best quarter's
--   attendance_points (numeric[]): percent of due shifts attended
--   adherence_points (numeric[]): percent of attended time logged in
--   items (int[]): calls and cases of the month
--   shifts_attended (int[]): shifts attended
--   shifts_due (int[]): shifts attended or missed
--   shift_minutes (int[]): minutes of attended shifts with a record of log-in
--   logged_in_minutes (int[]): of these, logged in
--   unranked_reasons (text[]): why unranked
--   explanations (text[]): weights used, the best quarter's pace, interval of the mean, as JSON
--   at (timestamptz): instant it is computed at
--   run_id (bigint): run
INSERT INTO quality_rankings AS r (
    period, staff_code, team_code, place, team_place, total, quality_points, volume_points, attendance_points,
    adherence_points, items, shifts_attended, shifts_due, shift_minutes, logged_in_minutes, unranked_reason, explanation,
    computed_at, run_id
)
SELECT
    CAST(:period AS text),
    g.staff_code,
    g.team_code,
    g.place,
    g.team_place,
    g.total,
    g.quality_points,
    g.volume_points,
    g.attendance_points,
    g.adherence_points,
    g.items,
    g.shifts_attended,
    g.shifts_due,
    g.shift_minutes,
    g.logged_in_minutes,
    g.unranked_reason,
    CAST(g.explanation AS jsonb),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:staff_codes AS text[]),
        CAST(:team_codes AS text[]),
        CAST(:places AS integer[]),
        CAST(:team_places AS integer[]),
        CAST(:totals AS numeric[]),
        CAST(:quality_points AS numeric[]),
        CAST(:volume_points AS numeric[]),
        CAST(:attendance_points AS numeric[]),
        CAST(:adherence_points AS numeric[]),
        CAST(:items AS integer[]),
        CAST(:shifts_attended AS integer[]),
        CAST(:shifts_due AS integer[]),
        CAST(:shift_minutes AS integer[]),
        CAST(:logged_in_minutes AS integer[]),
        CAST(:unranked_reasons AS text[]),
        CAST(:explanations AS text[])
    ) AS g (
        staff_code, team_code, place, team_place, total, quality_points, volume_points, attendance_points,
        adherence_points, items, shifts_attended, shifts_due, shift_minutes, logged_in_minutes, unranked_reason,
        explanation
    )
ON CONFLICT (period, staff_code) DO UPDATE
    SET
        team_code = excluded.team_code,
        place = excluded.place,
        team_place = excluded.team_place,
        total = excluded.total,
        quality_points = excluded.quality_points,
        volume_points = excluded.volume_points,
        attendance_points = excluded.attendance_points,
        adherence_points = excluded.adherence_points,
        items = excluded.items,
        shifts_attended = excluded.shifts_attended,
        shifts_due = excluded.shifts_due,
        shift_minutes = excluded.shift_minutes,
        logged_in_minutes = excluded.logged_in_minutes,
        unranked_reason = excluded.unranked_reason,
        explanation = excluded.explanation,
        computed_at = excluded.computed_at,
        run_id = excluded.run_id
    WHERE
    (
        r.team_code, r.place, r.team_place, r.total, r.quality_points, r.volume_points, r.attendance_points,
        r.adherence_points, r.items, r.shifts_attended, r.shifts_due, r.shift_minutes, r.logged_in_minutes,
        r.unranked_reason, r.explanation
    ) IS DISTINCT FROM (
        excluded.team_code, excluded.place, excluded.team_place, excluded.total, excluded.quality_points,
        excluded.volume_points, excluded.attendance_points, excluded.adherence_points, excluded.items,
        excluded.shifts_attended, excluded.shifts_due, excluded.shift_minutes, excluded.logged_in_minutes,
        excluded.unranked_reason, excluded.explanation
    )
