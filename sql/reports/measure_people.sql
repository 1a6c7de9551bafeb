-- Attendance of the shifts that began in the window, and log-in adherence of those that ended in it, by team and for all
-- (QC-04): who came is known at the beginning of a shift, how long they were logged in at its end.
--
-- Leave and shifts without a record are left out of attendance; of adherence also attended ones without minutes. Nobody
-- adheres to more than the whole shift.
--
-- Reads: roster, staff, register_history, staff_teams (temporary), report_windows, report_communities (temporary)
-- Writes: report_parts (temporary), one row per window, community of the person, team of that day (blank: none) and figure
-- Rerun: counts again, so once per report
--
-- Params:
--   first_start (timestamptz): start of the earliest window, inclusive
--   last_end (timestamptz): end of the latest, exclusive; with it the planner knows how little is read
INSERT INTO report_parts (window_no, community_code, kind, code, figure, numerator, denominator)
WITH shifts AS (
    SELECT
        w.window_no,
        coalesce(s.community_code, '') AS community_code,
        coalesce(t.team_code, '') AS team_code,
        count(*) FILTER (WHERE k.is_begun AND r.attendance = 'present') AS present,
        nullif(count(*) FILTER (WHERE k.is_begun), 0) AS due,
        sum(least(r.logged_in_minutes, k.minutes)) FILTER (WHERE k.is_logged) AS logged_in,
        sum(k.minutes) FILTER (WHERE k.is_logged) AS minutes
    FROM report_windows AS w
    INNER JOIN roster AS r
        ON
            w.starts < r.ends_at AND w.ends > r.starts_at
            AND r.ends_at > CAST(:first_start AS timestamptz)
            AND r.starts_at < CAST(:last_end AS timestamptz)
    INNER JOIN staff_places AS s
        ON r.staff_code = s.staff_code AND r.starts_at >= s.from_at AND r.starts_at < s.until
    LEFT JOIN report_communities AS c ON s.community_code = c.community_code
    LEFT JOIN staff_teams AS t
        ON r.staff_code = t.staff_code AND r.shift_date >= t.first_day AND r.shift_date <= t.last_day
    CROSS JOIN
        LATERAL (
            SELECT
                CAST(extract(EPOCH FROM r.ends_at - r.starts_at) AS numeric) / 60 AS minutes,
                r.starts_at >= w.starts AS is_begun,
                r.ends_at <= w.ends AND r.attendance = 'present' AND r.logged_in_minutes IS NOT NULL AS is_logged
        ) AS k
    WHERE
        r.attendance IN ('present', 'absent')
        AND r.starts_at >= coalesce(c.live_at, (SELECT min(l.live_at) FROM report_communities AS l))
        AND (s.community_code IS NULL OR c.community_code IS NOT NULL)
    GROUP BY w.window_no, coalesce(s.community_code, ''), coalesce(t.team_code, '')
)

SELECT
    s.window_no,
    s.community_code,
    'team' AS kind,
    s.team_code AS code,
    f.figure,
    f.numerator,
    f.denominator
FROM shifts AS s
CROSS JOIN
    LATERAL (
        VALUES
        ('attendance', CAST(s.present AS numeric), CAST(s.due AS numeric)),
        ('adherence', s.logged_in, s.minutes)
    ) AS f (figure, numerator, denominator)
WHERE f.denominator IS NOT NULL
