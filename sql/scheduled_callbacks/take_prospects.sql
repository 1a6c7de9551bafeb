-- Prospects whose turn it is: those last reached, or last tried to the end, so many days ago; of those never contacted the
-- day's even share over the days of the cycle, so that going live does not call all on one day (CB-05).
--
-- Reads: customers, dropped_prospects, callback_contacts, callbacks, callback_attempts, callback_bad_numbers, calls,
--        periods_of_day (temporary)
-- Writes: new_contacts (temporary)
-- Rerun: nothing more after they were written
--
-- Params:
--   day (date): day planned
--   at (timestamptz): instant it is planned at; later facts are invisible
WITH rule AS (
    SELECT
        p.rule_code,
        p.days,
        p.slots_today,
        p.slots_left,
        p.due_by,
        p.window_working_days,
        p.priority,
        p.max_attempts,
        p.is_again,
        p.first_day,
        p.last_day
    FROM periods_of_day AS p
    WHERE p.trigger = 'prospect' AND coalesce(p.customer_type, 'prospect') = 'prospect'
    ORDER BY p.priority, p.rule_code
    LIMIT 1
),

prospects AS (
    SELECT
        c.customer_code,
        max(k.closed_at) AS contacted_at,
        count(k.rule_code) FILTER (WHERE k.state = 'planned') AS open_contacts
    FROM customers AS c
    LEFT JOIN callback_contacts AS k ON c.customer_code = k.customer_code AND k.trigger = 'prospect'
    WHERE
        c.customer_type = 'prospect'
        AND c.interested
        AND nullif(trim(c.dropped_reason), '') IS NULL
        AND NOT coalesce(c.do_not_call, FALSE)
        AND c.phone IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM callback_bad_numbers AS b
            WHERE b.customer_code = c.customer_code AND b.phone = c.phone AND b.noted_at <= CAST(:at AS timestamptz)
        )
        AND NOT EXISTS (
            SELECT 1
            FROM dropped_prospects AS d
            WHERE d.customer_code = c.customer_code AND d.returned_on IS NULL
        )
    GROUP BY c.customer_code
),

since AS (
    SELECT CAST(CAST(:day AS date) - 2 * r.days AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS earliest
    FROM rule AS r
),

talks AS (
    SELECT
        c.customer_code,
        c.started_at AS talked_at
    FROM since AS s
    INNER JOIN calls AS c ON s.earliest <= c.started_at
    INNER JOIN customers AS p ON c.customer_code = p.customer_code
    WHERE
        c.started_at <= CAST(:at AS timestamptz)
        AND c.direction = 'out'
        AND c.answered
        AND p.customer_type = 'prospect'
    UNION ALL
    SELECT
        b.customer_code,
        a.attempted_at AS talked_at
    FROM since AS s
    CROSS JOIN customers AS p
    INNER JOIN callbacks AS b ON p.customer_code = b.customer_code
    INNER JOIN callback_attempts AS a ON b.callback_code = a.callback_code AND s.earliest <= a.attempted_at
    WHERE
        p.customer_type = 'prospect'
        AND a.attempted_at <= CAST(:at AS timestamptz)
        AND a.outcome = 'reached'
        AND a.verdict <> 'superseded'
        AND a.reason IS DISTINCT FROM 'before_plan'
),

anchors AS (
    SELECT
        f.customer_code,
        CAST(max(f.last_at) AT TIME ZONE 'Asia/Shanghai' AS date) AS last_on
    FROM (
        SELECT
            p.customer_code,
            p.contacted_at AS last_at,
            TRUE AS is_waiting
        FROM prospects AS p
        WHERE p.open_contacts = 0
        UNION ALL
        SELECT
            t.customer_code,
            t.talked_at AS last_at,
            FALSE AS is_waiting
        FROM talks AS t
    ) AS f
    GROUP BY f.customer_code
    HAVING bool_or(f.is_waiting)
),

shares AS (
    SELECT
        r.rule_code,
        n.customers + t.customers AS customers,
        ((n.customers + t.customers) * r.slots_today + r.slots_left - 1) / r.slots_left AS share,
        ((n.customers + t.customers) * r.slots_today + r.slots_left - 1) / r.slots_left - t.customers AS room
    FROM rule AS r
    CROSS JOIN (
        SELECT count(*) FILTER (WHERE a.last_on IS NULL) AS customers
        FROM anchors AS a
    ) AS n
    CROSS JOIN LATERAL (
        SELECT count(*) AS customers
        FROM callback_contacts AS k
        WHERE
            r.is_again
            AND k.rule_code = r.rule_code
            AND k.occasion = to_char(CAST(:day AS date), 'YYYY-MM-DD')
            AND k.explanation ->> 'how' = 'share'
    ) AS t
),

in_order AS (
    SELECT
        a.customer_code,
        a.last_on,
        row_number()
            OVER (
                PARTITION BY a.last_on IS NULL ORDER BY hashtextextended(a.customer_code, 0), a.customer_code
            ) AS turn
    FROM anchors AS a
)

INSERT INTO new_contacts (
    rule_code, subject, occasion, trigger, customer_code, triggered_at, not_before, due_by, priority, max_attempts,
    channel, explanation
)
SELECT
    r.rule_code,
    'customer:' || o.customer_code AS subject,
    to_char(CAST(:day AS date), 'YYYY-MM-DD') AS occasion,
    'prospect' AS trigger,
    o.customer_code,
    CAST(
        coalesce(greatest(o.last_on + r.days, CAST(:day AS date) - 2 * r.days), CAST(:day AS date)) AS timestamp
    ) AT TIME ZONE 'Asia/Shanghai' AS triggered_at,
    CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS not_before,
    r.due_by,
    r.priority,
    r.max_attempts,
    'call' AS channel,
    CASE
        WHEN o.last_on IS NOT NULL THEN jsonb_build_object('how', 'repeat', 'last_on', o.last_on, 'days', r.days)
        ELSE jsonb_build_object(
            'how', 'share',
            'period_from', r.first_day,
            'period_to', r.last_day,
            'left', s.customers,
            'slots_today', r.slots_today,
            'slots_left', r.slots_left,
            'share', s.share
        )
    END || jsonb_build_object(
        'window_working_days', r.window_working_days,
        'due_on', CAST(r.due_by AT TIME ZONE 'Asia/Shanghai' AS date)
    ) AS explanation
FROM in_order AS o
CROSS JOIN rule AS r
INNER JOIN shares AS s ON r.rule_code = s.rule_code
WHERE
    (o.last_on IS NULL AND o.turn <= s.room)
    OR (
        o.last_on + r.days <= CAST(:day AS date)
        AND NOT EXISTS (
            SELECT 1
            FROM callback_contacts AS k
            WHERE
                k.rule_code = r.rule_code
                AND k.subject = 'customer:' || o.customer_code
                AND k.occasion = to_char(CAST(:day AS date), 'YYYY-MM-DD')
        )
    )
