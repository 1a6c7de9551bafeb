-- The callbacks that may be made on a day and stand on no list of it, in the order in which room is given to them:
-- promised, window past already, last day of the window, planned before, the rest; with whom the customer knows.
--
-- The agent known is who reached the customer or had an answered call with them last within a year, else who tried
-- last. Parts of the day, tries and agents' hours are judged afterwards.
--
-- Reads: callbacks, customers, callback_lists, callback_attempts, calls, called_communities, calling_groups,
--        calling_parts (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   day (date): day of the lists, in Asia/Shanghai
--   at (timestamptz): instant of the run; calls and attempts after it are not known
--   only_withdrawn (boolean): only what was taken off somebody's list that day
WITH bounds AS (
    SELECT
        CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS opens,
        CAST(CAST(:day AS date) + 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS next_opens,
        (CAST(CAST(:day AS date) AS timestamp) + max(p.closes)) AT TIME ZONE 'Asia/Shanghai' AS closes
    FROM calling_parts AS p
),

lines AS (
    SELECT
        l.callback_code,
        bool_or(l.withdrawn_at IS NULL) AS is_standing
    FROM callback_lists AS l
    WHERE l.work_date = CAST(:day AS date)
    GROUP BY l.callback_code
),

callable AS (
    SELECT
        b.callback_code,
        b.customer_code,
        g.scope,
        g.agents_of,
        b.not_before,
        b.next_from,
        b.last_attempt_at,
        b.promised_at,
        b.due_by,
        b.missed_at,
        b.used_parts,
        b.attempts,
        b.max_attempts,
        b.planned_on,
        b.priority,
        b.familiar_code,
        b.promised_at < o.next_opens AS is_promised,
        n.callback_code IS NOT NULL AS is_withdrawn
    FROM callbacks AS b
    CROSS JOIN bounds AS o
    INNER JOIN calling_groups AS g
        ON coalesce(b.community_code, 'prospects') = g.scope AND g.day = CAST(:day AS date)
    LEFT JOIN lines AS n ON b.callback_code = n.callback_code
    WHERE
        b.state = 'planned'
        AND b.channel = 'call'
        AND b.attempts < b.max_attempts
        AND greatest(b.not_before, b.next_from) < o.closes
        AND n.is_standing IS NOT TRUE
        AND (n.callback_code IS NOT NULL OR NOT CAST(:only_withdrawn AS boolean))
        AND NOT EXISTS (
            SELECT 1
            FROM called_communities AS c
            WHERE c.community_code = b.community_code AND c.calls_per_day = 0
        )
),

talks AS (
    SELECT
        k.customer_code,
        k.staff_code,
        k.started_at AS talked_at
    FROM calls AS k
    WHERE
        k.answered
        AND k.started_at > CAST(:at AS timestamptz) - interval '365 days'
        AND k.started_at <= CAST(:at AS timestamptz)
        AND k.customer_code IN (SELECT w.customer_code FROM callable AS w)
    UNION ALL
    SELECT
        b.customer_code,
        a.staff_code,
        a.attempted_at AS talked_at
    FROM callbacks AS b
    INNER JOIN callback_attempts AS a ON b.callback_code = a.callback_code
    WHERE
        a.outcome = 'reached'
        AND a.verdict <> 'superseded'
        AND a.attempted_at > CAST(:at AS timestamptz) - interval '365 days'
        AND a.attempted_at <= CAST(:at AS timestamptz)
        AND b.customer_code IN (SELECT w.customer_code FROM callable AS w)
),

known AS (
    SELECT DISTINCT ON (t.customer_code)
        t.customer_code,
        t.staff_code
    FROM talks AS t
    ORDER BY t.customer_code ASC, t.talked_at DESC, t.staff_code ASC
),

tried AS (
    SELECT
        w.callback_code,
        (array_agg(a.staff_code ORDER BY a.attempted_at DESC, a.edition DESC))[1] AS staff_code,
        (array_agg(a.staff_code ORDER BY a.attempted_at DESC, a.edition DESC) FILTER (WHERE a.outcome = 'call_later'))[
            1
        ] AS promiser_code
    FROM callable AS w
    INNER JOIN callback_attempts AS a ON w.callback_code = a.callback_code
    WHERE w.last_attempt_at IS NOT NULL AND a.verdict <> 'superseded' AND a.attempted_at <= CAST(:at AS timestamptz)
    GROUP BY w.callback_code
)

SELECT
    w.callback_code,
    w.scope,
    w.agents_of,
    greatest(w.not_before, w.next_from) AS earliest,
    w.last_attempt_at,
    w.promised_at,
    w.used_parts,
    w.due_by <= o.next_opens AS is_last_day,
    w.max_attempts - w.attempts AS tries_left,
    coalesce(w.planned_on < CAST(:day AS date), FALSE) AS is_carried_over,
    w.is_withdrawn,
    coalesce(k.staff_code, t.staff_code) AS familiar_code,
    w.familiar_code AS noted_familiar_code,
    CASE WHEN w.is_promised THEN t.promiser_code END AS promiser_code
FROM callable AS w
INNER JOIN bounds AS o ON TRUE
LEFT JOIN customers AS c ON w.customer_code = c.customer_code
LEFT JOIN known AS k ON w.customer_code = k.customer_code
LEFT JOIN tried AS t ON w.callback_code = t.callback_code
ORDER BY
    CASE
        WHEN w.is_promised THEN 1
        WHEN w.missed_at IS NOT NULL OR w.due_by <= o.opens THEN 2
        WHEN w.due_by <= o.next_opens THEN 3
        WHEN w.planned_on < CAST(:day AS date) THEN 4
        ELSE 5
    END ASC,
    CASE WHEN w.is_promised THEN w.promised_at END ASC,
    w.due_by ASC,
    w.priority ASC,
    coalesce(c.vip, FALSE) DESC,
    w.callback_code ASC
