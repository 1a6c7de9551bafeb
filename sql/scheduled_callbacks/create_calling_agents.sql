-- Who can call on which days, in which parts of the day, and how often: agents on the roster and not absent; where a
-- community has no roster of its agents in that month, all who are employed, all day. Likewise those of the company.
--
-- A shift counts for a part of the day when it covers enough minutes of it; a night's shift counts for the day it ends
-- on too. Someone who serves all communities calls as often as the smallest setting of those that have nobody of their
-- own allows (where there are none: of all).
--
-- Reads: staff, roster, called_communities, calling_groups, calling_parts (temporary)
-- Writes: calling_agents (temporary), one row per agent and day; scope: the agent's community, empty for those of the
--         whole company; mask: parts of the day, as a sum of bits; shifts: hours the agent is there
-- Rerun: after it was dropped
--
-- Params:
--   first_day (date): first day asked for, inclusive
--   last_day (date): last day asked for, inclusive
--   least_minutes (int): minutes of a part, inclusive, that a shift must cover
CREATE TEMPORARY TABLE calling_agents ON COMMIT DROP AS
WITH days AS (
    SELECT
        CAST(s.day AS date) AS day,
        s.day AT TIME ZONE 'Asia/Shanghai' AS opens,
        (s.day + interval '1 day') AT TIME ZONE 'Asia/Shanghai' AS closes,
        CAST(date_trunc('month', s.day) AS date) AS month_start
    FROM
        generate_series(
            CAST(CAST(:first_day AS date) AS timestamp), CAST(CAST(:last_day AS date) AS timestamp), interval '1 day'
        ) AS s (day)
),

agents AS (
    SELECT
        s.staff_code,
        coalesce(s.community_code, '') AS scope,
        coalesce(s.hired_on, '-infinity') AS hired_on,
        coalesce(s.left_on, 'infinity') AS left_on
    FROM staff AS s
    WHERE
        s.role = 'agent'
        AND (s.community_code IS NULL OR s.community_code IN (SELECT c.community_code FROM called_communities AS c))
),

rostered_months AS (
    SELECT DISTINCT
        a.scope,
        CAST(date_trunc('month', CAST(r.shift_date AS timestamp)) AS date) AS month_start
    FROM roster AS r
    INNER JOIN agents AS a ON r.staff_code = a.staff_code
    WHERE
        r.shift_date >= CAST(date_trunc('month', CAST(CAST(:first_day AS date) AS timestamp)) AS date)
        AND r.shift_date < CAST(date_trunc('month', CAST(CAST(:last_day AS date) AS timestamp)) + interval '1 month' AS date)
),

hours AS MATERIALIZED (
    SELECT
        d.day,
        p.bit,
        (CAST(d.day AS timestamp) + p.opens) AT TIME ZONE 'Asia/Shanghai' AS opens,
        (CAST(d.day AS timestamp) + p.closes) AT TIME ZONE 'Asia/Shanghai' AS closes,
        least(make_interval(mins => CAST(:least_minutes AS integer)), p.closes - p.opens) AS least_there
    FROM days AS d
    CROSS JOIN calling_parts AS p
),

shifts AS (
    SELECT
        a.staff_code,
        a.scope,
        d.day,
        greatest(r.starts_at, d.opens) AS starts_at,
        least(r.ends_at, d.closes) AS ends_at
    FROM roster AS r
    INNER JOIN agents AS a ON r.staff_code = a.staff_code
    CROSS JOIN LATERAL (VALUES (r.shift_date), (r.shift_date + 1)) AS v (day)
    INNER JOIN days AS d ON v.day = d.day
    WHERE
        r.shift_date BETWEEN CAST(:first_day AS date) - 1 AND CAST(:last_day AS date)
        AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
        AND r.starts_at < d.closes
        AND r.ends_at > d.opens
        AND d.day BETWEEN a.hired_on AND a.left_on
),

on_duty AS (
    SELECT
        h.staff_code,
        h.scope,
        h.day,
        bit_or(u.bit) AS mask,
        range_agg(tstzrange(h.starts_at, h.ends_at)) AS shifts
    FROM shifts AS h
    INNER JOIN hours AS u
        ON h.day = u.day AND least(h.ends_at, u.closes) - greatest(h.starts_at, u.opens) >= u.least_there
    GROUP BY h.staff_code, h.scope, h.day
    UNION ALL
    SELECT
        a.staff_code,
        a.scope,
        d.day,
        w.mask,
        tstzmultirange(tstzrange(d.opens, d.closes)) AS shifts
    FROM agents AS a
    INNER JOIN days AS d ON d.day BETWEEN a.hired_on AND a.left_on
    CROSS JOIN (SELECT bit_or(p.bit) AS mask FROM calling_parts AS p) AS w
    LEFT JOIN rostered_months AS m ON a.scope = m.scope AND d.month_start = m.month_start
    WHERE m.scope IS NULL AND w.mask IS NOT NULL
),

company_capacity AS (
    SELECT
        d.day,
        coalesce(min(c.calls_per_day) FILTER (WHERE g.agents_of = ''), min(c.calls_per_day)) AS calls_per_day
    FROM days AS d
    CROSS JOIN called_communities AS c
    LEFT JOIN calling_groups AS g ON c.community_code = g.scope AND d.day = g.day
    WHERE c.calls_per_day > 0
    GROUP BY d.day
)

SELECT
    o.staff_code,
    o.scope,
    o.day,
    o.mask,
    coalesce(c.calls_per_day, k.calls_per_day) AS capacity,
    o.shifts
FROM on_duty AS o
LEFT JOIN called_communities AS c ON o.scope = c.community_code
LEFT JOIN company_capacity AS k ON o.day = k.day AND o.scope = ''
WHERE coalesce(c.calls_per_day, k.calls_per_day) > 0
