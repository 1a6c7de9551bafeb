-- The lines a run put on agents' lists, with what the gate asks of them: who, when, how many, and nobody who must not
-- be called. Lines taken off again are over.
-- Where a setting has no row, its shipped default holds (a test keeps both alike).
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: callback_lists, callbacks, callback_attempts, customers, staff, roster, settings, communities, runs,
--     working_days_between (calendars)
-- Writes: nothing
-- Rerun: the same rows for the same run
--
-- Params:
--   run_id (bigint): the run
WITH ungated AS (
    SELECT r.run_id
    FROM runs AS r
    WHERE
        r.pipeline IN ('scheduled_callbacks', 'callback_results')
        AND r.run_id <= :run_id
        AND r.run_id > coalesce((
            SELECT max(s.run_id)
            FROM runs AS s
            WHERE
                s.pipeline IN ('scheduled_callbacks', 'callback_results')
                AND s.state = 'succeeded'
                AND s.run_id < :run_id
        ), 0)
),

written AS (
    SELECT
        l.work_date,
        l.callback_code,
        l.staff_code,
        l.tries,
        l.call_at,
        string_to_array(l.parts, ',') AS parts
    FROM callback_lists AS l
    WHERE
        l.withdrawn_at IS NULL
        AND l.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

stretch AS (
    SELECT
        min(w.work_date) AS first_day,
        max(w.work_date) AS last_day
    FROM written AS w
),

calling_days AS (
    SELECT DISTINCT
        k.calendar_code,
        k.day
    FROM stretch AS s
    CROSS JOIN working_days_between(s.first_day, s.last_day) AS k
),

day_parts AS (
    SELECT
        CAST(p.part_no AS text) AS part,
        CAST(split_part(regexp_replace(trim(p.words), '\s*[-–—~～]\s*', '-'), '-', 1) AS time) AS opens,
        CAST(split_part(regexp_replace(trim(p.words), '\s*[-–—~～]\s*', '-'), '-', 2) AS time) AS closes
    FROM
        string_to_table(
            coalesce((
                SELECT g.value
                FROM settings AS g
                CROSS JOIN stretch AS s
                WHERE
                    g.setting = 'callback_day_parts'
                    AND g.community_code IS NULL
                    AND (g.valid_from IS NULL OR g.valid_from <= s.last_day)
                ORDER BY g.valid_from DESC NULLS LAST
                LIMIT 1
            ), '09:00-12:00,14:00-17:00,17:00-20:00'), ','
        ) WITH ORDINALITY AS p (words, part_no)
),

capacities AS (
    SELECT
        t.staff_code,
        t.community_code,
        t.hired_on,
        t.left_on,
        greatest(CASE WHEN t.community_code IS NULL AND NOT EXISTS (
            SELECT 1
            FROM settings AS d
            WHERE d.setting = 'callbacks_per_day' AND d.community_code IS NULL AND d.valid_from IS NULL
        ) THEN 40 END, coalesce((
            SELECT max(CAST(g.value AS integer))
            FROM settings AS g
            WHERE
                g.setting = 'callbacks_per_day'
                AND (g.community_code = t.community_code OR g.community_code IS NULL OR t.community_code IS NULL)
        ), 40)) AS calls_per_day
    FROM staff AS t
),

loads AS (
    SELECT
        l.work_date,
        l.staff_code,
        sum(l.tries) AS calls
    FROM callback_lists AS l
    CROSS JOIN stretch AS s
    WHERE l.work_date >= s.first_day AND l.work_date <= s.last_day AND l.withdrawn_at IS NULL
    GROUP BY l.work_date, l.staff_code
),

shifts AS (
    SELECT
        r.staff_code,
        r.shift_date,
        r.starts_at,
        r.ends_at
    FROM roster AS r
    CROSS JOIN stretch AS s
    WHERE
        r.shift_date >= s.first_day - 1
        AND r.shift_date <= s.last_day
        AND coalesce(r.attendance, 'planned') NOT IN ('absent', 'leave')
),

rostered_months AS (
    SELECT DISTINCT
        coalesce(t.community_code, '') AS community_code,
        date_trunc('month', CAST(r.shift_date AS timestamp)) AS month
    FROM roster AS r
    INNER JOIN staff AS t ON r.staff_code = t.staff_code
    CROSS JOIN stretch AS s
    WHERE
        t.role = 'agent'
        AND r.shift_date >= CAST(date_trunc('month', CAST(s.first_day AS timestamp)) AS date)
        AND r.shift_date < CAST(date_trunc('month', CAST(s.last_day AS timestamp)) + interval '1 month' AS date)
),

tried AS (
    SELECT
        a.callback_code,
        w.work_date,
        CAST(a.day_part AS text) AS part,
        count(*) AS tries
    FROM callback_attempts AS a
    INNER JOIN written AS w ON a.callback_code = w.callback_code
    WHERE
        a.verdict = 'counted'
        AND a.outcome IN ('no_answer', 'busy')
        AND a.attempted_at < CAST(w.work_date AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    GROUP BY a.callback_code, w.work_date, a.day_part
),

ladders AS (
    SELECT
        t.callback_code,
        t.work_date,
        sum(t.tries) AS tries,
        count(*) AS parts
    FROM tried AS t
    GROUP BY t.callback_code, t.work_date
),

checked AS (
    SELECT
        w.work_date,
        w.callback_code,
        count(*) FILTER (WHERE p.part IS NULL) AS unknown_parts,
        count(*) FILTER (
            WHERE p.part IS NOT NULL AND NOT EXISTS (
                SELECT 1
                FROM shifts AS h
                WHERE
                    h.staff_code = w.staff_code
                    AND h.starts_at < (w.work_date + p.closes) AT TIME ZONE 'Asia/Shanghai'
                    AND h.ends_at > (w.work_date + p.opens) AT TIME ZONE 'Asia/Shanghai'
            )
        ) AS uncovered_parts,
        count(*) FILTER (WHERE t.part IS NOT NULL) AS tried_parts,
        count(*) - count(DISTINCT g.part) AS doubled_parts
    FROM written AS w
    CROSS JOIN unnest(w.parts) AS g (part)
    LEFT JOIN day_parts AS p ON g.part = p.part
    LEFT JOIN tried AS t ON w.callback_code = t.callback_code AND w.work_date = t.work_date AND g.part = t.part
    GROUP BY w.work_date, w.callback_code
)

SELECT
    w.work_date,
    w.callback_code,
    w.staff_code,
    w.tries,
    k.day IS NOT NULL AS is_calling_day,
    coalesce(t.hired_on <= w.work_date, TRUE) AND coalesce(t.left_on >= w.work_date, TRUE) AS is_employed,
    m.month IS NULL OR n.uncovered_parts = 0 AS is_on_duty,
    greatest(o.calls - t.calls_per_day, 0) AS calls_over,
    n.unknown_parts + n.doubled_parts AS wrong_parts,
    n.tried_parts = 0 OR b.promises > 0 OR coalesce(a.parts, 0) >= (
        SELECT count(q.part)
        FROM day_parts AS q
    ) AS is_in_untried_part,
    greatest(w.tries + coalesce(a.tries, 0) - b.max_attempts, 0) AS tries_over,
    b.state <> 'planned' OR (b.channel = 'call' AND u.do_not_call IS NOT TRUE) AS is_callable,
    coalesce(t.community_code, b.community_code, '') = coalesce(b.community_code, t.community_code, '') AS is_in_scope
FROM written AS w
INNER JOIN callbacks AS b ON w.callback_code = b.callback_code
INNER JOIN capacities AS t ON w.staff_code = t.staff_code
INNER JOIN checked AS n ON w.work_date = n.work_date AND w.callback_code = n.callback_code
INNER JOIN loads AS o ON w.work_date = o.work_date AND w.staff_code = o.staff_code
LEFT JOIN communities AS c ON b.community_code = c.community_code
LEFT JOIN customers AS u ON b.customer_code = u.customer_code
LEFT JOIN calling_days AS k ON coalesce(c.working_calendar, 'office') = k.calendar_code AND w.work_date = k.day
LEFT JOIN ladders AS a ON w.callback_code = a.callback_code AND w.work_date = a.work_date
LEFT JOIN rostered_months AS m
    ON
        coalesce(t.community_code, '') = m.community_code
        AND date_trunc('month', CAST(w.work_date AS timestamp)) = m.month
