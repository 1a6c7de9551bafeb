-- QC-01, QC-04: what is known of every agent's month, for the ranking: score, items, shifts attended and missed, log-ins.
--
-- Agents are those of the communities served, or of all, employed in the month. A shift belongs to the day it begins on;
-- one that nobody recorded as attended or missed, and leave, count as neither.
--
-- Reads: staff, staff_teams, checked_communities (temporary), quality_results, quality_draws, quality_populations, roster
-- Writes: nothing
-- Rerun: the same rows
--
-- Params:
--   period (text): month, YYYY-MM
--   first_day (date): its first day
--   last_day (date): its last day, inclusive
WITH agents AS (
    SELECT
        s.staff_code,
        (
            SELECT t.team_code
            FROM staff_teams AS t
            WHERE
                t.staff_code = s.staff_code
                AND t.first_day <= least(coalesce(s.left_on, CAST(:last_day AS date)), CAST(:last_day AS date))
                AND t.last_day >= least(coalesce(s.left_on, CAST(:last_day AS date)), CAST(:last_day AS date))
            ORDER BY t.first_day DESC
            LIMIT 1
        ) AS team_code
    FROM staff AS s
    WHERE
        s.role = 'agent'
        AND coalesce(s.hired_on <= CAST(:last_day AS date), TRUE)
        AND coalesce(s.left_on >= CAST(:first_day AS date), TRUE)
        AND EXISTS (
            SELECT 1
            FROM checked_communities AS c
            WHERE c.community_code = coalesce(s.community_code, c.community_code)
        )
),

worked AS (
    SELECT
        p.staff_code,
        sum(p.population) AS items
    FROM quality_populations AS p
    INNER JOIN quality_draws AS d ON p.draw_code = d.draw_code
    WHERE d.kind = 'month_end' AND d.period = CAST(:period AS text)
    GROUP BY p.staff_code
),

shifts AS (
    SELECT
        r.staff_code,
        count(*) FILTER (WHERE r.attendance = 'present') AS attended,
        count(*) FILTER (WHERE r.attendance IN ('present', 'absent')) AS due,
        sum(
            CASE
                WHEN r.attendance = 'present' AND r.logged_in_minutes IS NOT NULL
                    THEN CAST(extract(EPOCH FROM r.ends_at - r.starts_at) / 60 AS integer)
            END
        ) AS shift_minutes,
        sum(r.logged_in_minutes) FILTER (WHERE r.attendance = 'present') AS logged_in_minutes
    FROM roster AS r
    WHERE r.shift_date BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
    GROUP BY r.staff_code
)

SELECT
    a.staff_code,
    a.team_code,
    q.mean_score,
    q.low_95,
    q.high_95,
    coalesce(q.sampled, 0) AS scored,
    coalesce(w.items, 0) AS items,
    coalesce(h.attended, 0) AS shifts_attended,
    coalesce(h.due, 0) AS shifts_due,
    coalesce(h.shift_minutes, 0) AS shift_minutes,
    coalesce(h.logged_in_minutes, 0) AS logged_in_minutes
FROM agents AS a
LEFT JOIN quality_results AS q
    ON q.period = CAST(:period AS text) AND q.scope_kind = 'staff' AND a.staff_code = q.scope_code
LEFT JOIN worked AS w ON a.staff_code = w.staff_code
LEFT JOIN shifts AS h ON a.staff_code = h.staff_code
ORDER BY a.staff_code
