-- CB-01, 02, 03, 07: what was finished or answered up to the instant of a calling day is due: once for each rule, case
-- and occurrence, unless the case was reopened meanwhile. A fact that was heard of so late that its window is past is
-- due all the same, and missed at once.
--
-- Who is called: the customer of the case; where none is named the tenant, else the owner, in occupancy of the unit when
-- the case was opened: who pays first, then who came last.
--
-- The window ends with the last part of its last calling day. Worked example: answered on Friday at 10:00, one working
-- day: Monday 20:00.
--
-- Reads: waiting_facts, rules_in_force, called_communities, calling_days, calling_parts (temporary), cases, customers,
--   occupancies, callback_contacts
-- Writes: waiting_facts (what is taken goes), new_contacts (temporary), one row per rule, case and occurrence
-- Rerun: no row for what is a contact already
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant, inclusive; facts after it are invisible
WITH taken AS (
    DELETE FROM waiting_facts AS w
    USING called_communities AS k
    INNER JOIN calling_days AS d ON k.calendar_code = d.calendar_code
    WHERE
        w.community_code = k.community_code
        AND d.day = CAST(:day AS date)
        AND d.is_calling_day
        AND w.triggered_at <= CAST(:at AS timestamptz)
    RETURNING
        w.trigger,
        w.case_code,
        w.occasion,
        w.triggered_at,
        w.reopened_at,
        k.calendar_code,
        CAST(k.live_from AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS live_at
),

due AS (
    SELECT
        r.rule_code,
        r.priority,
        r.max_attempts,
        r.delay_hours,
        r.window_working_days,
        r.customer_type,
        t.trigger,
        t.case_code,
        t.occasion,
        t.triggered_at,
        t.calendar_code,
        t.triggered_at + make_interval(mins => CAST(r.delay_hours * 60 AS integer)) AS not_before,
        c.community_code,
        c.unit_code,
        c.customer_code,
        CAST(c.opened_at AT TIME ZONE 'Asia/Shanghai' AS date) AS opened_on
    FROM taken AS t
    INNER JOIN rules_in_force AS r ON t.trigger = r.trigger
    INNER JOIN cases AS c ON t.case_code = c.case_code
    WHERE
        t.triggered_at >= t.live_at
        AND coalesce(t.reopened_at > CAST(:at AS timestamptz), TRUE)
        AND coalesce(r.month = extract(MONTH FROM t.triggered_at AT TIME ZONE 'Asia/Shanghai'), TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM callback_contacts AS x
            WHERE
                x.rule_code = r.rule_code
                AND x.subject = 'case:' || t.case_code
                AND (x.occasion = t.occasion OR x.triggered_at = t.triggered_at)
        )
),

callees AS (
    SELECT
        u.rule_code,
        u.case_code,
        u.occasion,
        coalesce(u.customer_code, o.customer_code) AS customer_code,
        CASE WHEN u.customer_code IS NOT NULL THEN 'case' ELSE coalesce(o.role, 'nobody') END AS who
    FROM due AS u
    LEFT JOIN LATERAL (
        SELECT
            p.customer_code,
            p.role
        FROM occupancies AS p
        WHERE
            u.customer_code IS NULL
            AND p.community_code = u.community_code
            AND p.unit_code = u.unit_code
            AND p.start_date <= u.opened_on
            AND coalesce(p.end_date >= u.opened_on, TRUE)
        ORDER BY p.role DESC, p.pays_fees DESC, p.start_date DESC, p.customer_code ASC
        LIMIT 1
    ) AS o ON TRUE
),

known AS (
    SELECT
        min(d.day) AS first_day,
        (SELECT max(p.closes) FROM calling_parts AS p) AS closes
    FROM calling_days AS d
),

ends AS (
    SELECT
        u.rule_code,
        u.case_code,
        u.occasion,
        l.day AS due_on,
        (l.day + k.closes) AT TIME ZONE 'Asia/Shanghai' AS due_by
    FROM due AS u
    CROSS JOIN known AS k
    INNER JOIN calling_days AS d
        ON
            u.calendar_code = d.calendar_code
            AND d.day = greatest(CAST(u.not_before AT TIME ZONE 'Asia/Shanghai' AS date), k.first_day)
    INNER JOIN calling_days AS l
        ON
            d.calendar_code = l.calendar_code
            AND l.is_calling_day
            AND l.day_no = d.day_no + CASE
                WHEN u.window_working_days > 0 THEN u.window_working_days
                WHEN d.is_calling_day AND u.not_before < (d.day + k.closes) AT TIME ZONE 'Asia/Shanghai' THEN 0
                ELSE 1
            END
)

INSERT INTO new_contacts (
    rule_code, subject, occasion, trigger, customer_code, case_code, community_code, triggered_at, not_before, due_by,
    priority, max_attempts, missed_at, missed_reason, explanation
)
SELECT
    u.rule_code,
    'case:' || u.case_code AS subject,
    u.occasion,
    u.trigger,
    e.customer_code,
    u.case_code,
    u.community_code,
    u.triggered_at,
    least(u.not_before, n.due_by) AS not_before,
    n.due_by,
    u.priority,
    u.max_attempts,
    CASE WHEN n.due_by <= CAST(:at AS timestamptz) THEN CAST(:at AS timestamptz) END AS missed_at,
    CASE WHEN n.due_by <= CAST(:at AS timestamptz) THEN 'not_listed' END AS missed_reason,
    jsonb_build_object(
        'event_at', u.triggered_at,
        'who', e.who,
        'known_on', CAST(:day AS date),
        'delay_hours', u.delay_hours,
        'window_working_days', u.window_working_days,
        'due_on', n.due_on
    ) AS explanation
FROM due AS u
INNER JOIN callees AS e ON u.rule_code = e.rule_code AND u.case_code = e.case_code AND u.occasion = e.occasion
INNER JOIN ends AS n ON u.rule_code = n.rule_code AND u.case_code = n.case_code AND u.occasion = n.occasion
LEFT JOIN customers AS c ON e.customer_code = c.customer_code
WHERE u.customer_type IS NULL OR u.customer_type = c.customer_type
