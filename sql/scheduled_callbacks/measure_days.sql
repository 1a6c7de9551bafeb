-- The figures of calling days by community, prospects apart: what stood on the lists, what came of it, what was missed.
--
-- A past day has figures where it had lists, or has figures already; the day of the run where its lists were made. Results
-- that come later change the figures of their day; what waited is reckoned by what was open at the day's end. Whoever was
-- spoken to in time was not missed, however late it was reported.
--
-- Reads: callback_lists, callbacks, callback_contacts, callback_attempts, callback_results, callback_progress,
--     called_communities, calling_days, calling_parts, calling_groups, calling_agents (temporary)
-- Writes: callback_days, one row per calling day and community, or the word prospects
-- Rerun: writes only what differs
--
-- Params:
--   days (date[]): days, in Asia/Shanghai
--   today (date): day of the run
--   at (timestamptz): instant the run works at
--   dissatisfied_up_to (int): satisfaction, inclusive, that counts as dissatisfied of prospects
--   run_id (bigint): run
INSERT INTO callback_days AS d (
    work_date, scope, agents, capacity, listed, carried_over, waiting, attempted, reached, refused, unreached, satisfied,
    dissatisfied, missed, not_reported, computed_at, run_id
)
WITH days AS (
    SELECT
        g.day,
        g.day AT TIME ZONE 'Asia/Shanghai' AS opens,
        (g.day + p.closes) AT TIME ZONE 'Asia/Shanghai' AS ends,
        (g.day + 1) AT TIME ZONE 'Asia/Shanghai' AS closes
    FROM unnest(CAST(:days AS date[])) AS g (day)
    CROSS JOIN (SELECT max(c.closes) AS closes FROM calling_parts AS c) AS p
),

scopes AS (
    SELECT
        c.community_code AS scope,
        c.calendar_code,
        c.live_from,
        c.dissatisfied_up_to
    FROM called_communities AS c
    UNION ALL
    SELECT
        'prospects' AS scope,
        'office' AS calendar_code,
        CAST(NULL AS date) AS live_from,
        CAST(:dissatisfied_up_to AS integer) AS dissatisfied_up_to
),

lines AS (
    SELECT
        d.day,
        coalesce(k.community_code, 'prospects') AS scope,
        l.callback_code,
        l.staff_code,
        l.is_carried_over,
        NOT EXISTS (
            SELECT 1
            FROM callback_attempts AS a
            WHERE a.callback_code = l.callback_code AND a.attempted_at >= d.opens AND a.attempted_at < d.closes
        )
        AND coalesce(k.closed_at >= d.ends, TRUE) AS is_not_reported
    FROM days AS d
    INNER JOIN callback_lists AS l ON d.day = l.work_date AND l.withdrawn_at IS NULL
    INNER JOIN callbacks AS k ON l.callback_code = k.callback_code
),

listed AS (
    SELECT
        l.day,
        l.scope,
        count(DISTINCT l.staff_code) AS agents,
        count(*) AS listed,
        count(*) FILTER (WHERE l.is_carried_over) AS carried_over,
        count(*) FILTER (WHERE l.is_not_reported) AS not_reported
    FROM lines AS l
    GROUP BY l.day, l.scope
),

rooms AS (
    SELECT
        g.scope,
        g.day,
        sum(a.capacity) AS capacity
    FROM calling_groups AS g
    INNER JOIN calling_agents AS a ON g.day = a.day AND (g.agents_of = a.scope OR g.agents_of = '*')
    INNER JOIN days AS d ON g.day = d.day
    GROUP BY g.scope, g.day
),

open_callbacks AS (
    SELECT
        d.day,
        coalesce(k.community_code, 'prospects') AS scope,
        count(*) AS waiting
    FROM days AS d
    INNER JOIN callbacks AS k
        ON
            d.day >= k.planned_on
            AND d.ends > k.not_before
            AND k.channel = 'call'
            AND (k.closed_at IS NULL OR d.ends <= k.closed_at)
    WHERE
        (k.state = 'planned' OR k.closed_at >= (SELECT min(m.ends) FROM days AS m))
        AND NOT EXISTS (
            SELECT 1
            FROM callback_lists AS l
            WHERE l.work_date = d.day AND l.callback_code = k.callback_code AND l.withdrawn_at IS NULL
        )
        AND NOT EXISTS (
            SELECT 1
            FROM callback_attempts AS a
            WHERE a.callback_code = k.callback_code AND a.attempted_at >= d.opens AND a.attempted_at < d.closes
        )
    GROUP BY d.day, coalesce(k.community_code, 'prospects')
),

tried AS (
    SELECT
        d.day,
        coalesce(k.community_code, 'prospects') AS scope,
        count(*) AS attempted
    FROM days AS d
    INNER JOIN callback_results AS r ON d.opens <= r.attempted_at AND d.closes > r.attempted_at
    INNER JOIN callback_attempts AS a
        ON r.callback_code = a.callback_code AND r.attempted_at = a.attempted_at AND a.verdict <> 'superseded'
    INNER JOIN callbacks AS k ON r.callback_code = k.callback_code
    GROUP BY d.day, coalesce(k.community_code, 'prospects')
),

ended AS (
    SELECT
        d.day,
        s.scope,
        count(*) FILTER (WHERE k.state = 'reached') AS reached,
        count(*) FILTER (WHERE k.state = 'refused') AS refused,
        count(*) FILTER (WHERE k.state = 'unreached') AS unreached,
        count(*) FILTER (WHERE k.state = 'reached' AND k.satisfaction > s.dissatisfied_up_to) AS satisfied,
        count(*) FILTER (WHERE k.state = 'reached' AND k.satisfaction <= s.dissatisfied_up_to) AS dissatisfied
    FROM days AS d
    INNER JOIN callbacks AS k ON d.opens <= k.closed_at AND d.closes > k.closed_at AND k.state <> 'planned'
    INNER JOIN scopes AS s ON coalesce(k.community_code, 'prospects') = s.scope
    GROUP BY d.day, s.scope
),

late AS (
    SELECT
        t.callback_code,
        t.community_code,
        t.due_by
    FROM callback_contacts AS t
    WHERE
        t.missed_at >= (SELECT min(d.opens) FROM days AS d)
        AND NOT (t.state IN ('reached', 'refused') AND t.closed_at < t.due_by)
    UNION ALL
    SELECT
        t.callback_code,
        t.community_code,
        t.due_by
    FROM callback_contacts AS t
    INNER JOIN callbacks AS k ON t.callback_code = k.callback_code
    WHERE
        t.state = 'planned'
        AND t.missed_at IS NULL
        AND t.due_by <= CAST(:at AS timestamptz)
        AND coalesce(k.promised_at < t.due_by, TRUE)
),

past_windows AS (
    SELECT
        d.day,
        coalesce(l.community_code, 'prospects') AS scope,
        count(*) AS missed
    FROM days AS d
    INNER JOIN late AS l ON d.opens <= l.due_by AND d.closes > l.due_by
    GROUP BY d.day, coalesce(l.community_code, 'prospects')
)

SELECT
    d.day,
    s.scope,
    coalesce(l.agents, 0),
    coalesce(r.capacity, 0),
    coalesce(l.listed, 0),
    coalesce(l.carried_over, 0),
    coalesce(w.waiting, 0),
    coalesce(t.attempted, 0),
    coalesce(e.reached, 0),
    coalesce(e.refused, 0),
    coalesce(e.unreached, 0),
    coalesce(e.satisfied, 0),
    coalesce(e.dissatisfied, 0),
    coalesce(m.missed, 0),
    coalesce(l.not_reported, 0),
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM scopes AS s
CROSS JOIN days AS d
INNER JOIN calling_days AS c ON s.calendar_code = c.calendar_code AND d.day = c.day AND c.is_calling_day
LEFT JOIN callback_progress AS p ON s.scope = p.scope
LEFT JOIN listed AS l ON d.day = l.day AND s.scope = l.scope
LEFT JOIN rooms AS r ON d.day = r.day AND s.scope = r.scope
LEFT JOIN open_callbacks AS w ON d.day = w.day AND s.scope = w.scope
LEFT JOIN tried AS t ON d.day = t.day AND s.scope = t.scope
LEFT JOIN ended AS e ON d.day = e.day AND s.scope = e.scope
LEFT JOIN past_windows AS m ON d.day = m.day AND s.scope = m.scope
WHERE
    coalesce(s.live_from <= d.day, TRUE)
    AND (
        (d.day = CAST(:today AS date) AND p.listed_to >= d.day)
        OR l.listed IS NOT NULL
        OR EXISTS (
            SELECT 1
            FROM callback_days AS f
            WHERE f.work_date = d.day AND f.scope = s.scope
        )
    )
ON CONFLICT (work_date, scope) DO UPDATE
    SET
        agents = excluded.agents,
        capacity = excluded.capacity,
        listed = excluded.listed,
        carried_over = excluded.carried_over,
        waiting = excluded.waiting,
        attempted = excluded.attempted,
        reached = excluded.reached,
        refused = excluded.refused,
        unreached = excluded.unreached,
        satisfied = excluded.satisfied,
        dissatisfied = excluded.dissatisfied,
        missed = excluded.missed,
        not_reported = excluded.not_reported,
        computed_at = excluded.computed_at,
        run_id = excluded.run_id
    WHERE
    (
        d.agents, d.capacity, d.listed, d.carried_over, d.waiting, d.attempted, d.reached, d.refused, d.unreached,
        d.satisfied, d.dissatisfied, d.missed, d.not_reported
    ) IS DISTINCT FROM (
        excluded.agents, excluded.capacity, excluded.listed, excluded.carried_over, excluded.waiting, excluded.attempted,
        excluded.reached, excluded.refused, excluded.unreached, excluded.satisfied, excluded.dissatisfied,
        excluded.missed, excluded.not_reported
    )
