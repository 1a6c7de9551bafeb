-- CB-01, 02, 03, 07: each fact of the day is due once for each rule, case and occurrence. A fact that was heard of so late
-- that its window is past is due all the same, and missed at once. A contact that ended because its fact did not stand, or
-- because it was somebody else's, is made anew when the fact stands again: occurrence 1 once more is 1b, then 1c.
--
-- Who is called: the customer of the case; where none is named the tenant, else the owner, in occupancy of the unit when
-- the case was opened: who pays first, then who came last.
--
-- How: by telephone, unless nobody is known, the customer must not be called, or has no number, or only one that proved
-- wrong: then by mail, without an address on the manager's list. A questionnaire goes by mail; who has no address is
-- asked by telephone. find_other_channels chooses for open contacts by the same order.
--
-- The window ends with the last part of its last calling day. Worked example: answered on Friday at 10:00, one working
-- day: Monday 20:00.
--
-- Reads: taken_facts, rules_in_force, calling_days, calling_parts (temporary), cases, customers, occupancies,
--   callback_contacts, callback_bad_numbers
-- Writes: new_contacts (temporary), one row per rule, case and occurrence
-- Rerun: no row for what is a contact already
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant; windows up to it are past
WITH known AS (
    SELECT
        min(d.day) AS first_day,
        (SELECT max(p.closes) FROM calling_parts AS p) AS closes
    FROM calling_days AS d
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
        k.first_day,
        k.closes
    FROM taken_facts AS t
    INNER JOIN rules_in_force AS r ON t.trigger = r.trigger
    CROSS JOIN known AS k
    WHERE coalesce(r.month = extract(MONTH FROM t.triggered_at AT TIME ZONE 'Asia/Shanghai'), TRUE)
),

ending AS (
    SELECT
        u.rule_code,
        u.priority,
        u.max_attempts,
        u.delay_hours,
        u.window_working_days,
        u.customer_type,
        u.trigger,
        u.case_code,
        u.occasion,
        u.triggered_at,
        u.not_before,
        l.day AS due_on,
        (l.day + u.closes) AT TIME ZONE 'Asia/Shanghai' AS due_by
    FROM due AS u
    INNER JOIN calling_days AS d
        ON
            u.calendar_code = d.calendar_code
            AND d.day = greatest(CAST(u.not_before AT TIME ZONE 'Asia/Shanghai' AS date), u.first_day)
    INNER JOIN calling_days AS l
        ON
            d.calendar_code = l.calendar_code
            AND l.is_calling_day
            AND l.day_no = d.day_no + CASE
                WHEN u.window_working_days > 0 THEN u.window_working_days
                WHEN d.is_calling_day AND u.not_before < (d.day + u.closes) AT TIME ZONE 'Asia/Shanghai' THEN 0
                ELSE 1
            END
),

called AS (
    SELECT
        e.rule_code,
        e.priority,
        e.max_attempts,
        e.delay_hours,
        e.window_working_days,
        e.trigger,
        e.case_code,
        e.occasion,
        e.triggered_at,
        e.not_before,
        e.due_on,
        e.due_by,
        c.community_code,
        w.customer_code,
        CASE WHEN c.customer_code IS NOT NULL THEN 'case' ELSE coalesce(o.role, 'nobody') END AS who,
        e.trigger = 'paid_service_done' AS is_questionnaire,
        w.email IS NOT NULL AS has_address,
        CASE
            WHEN w.customer_code IS NULL THEN 'no_customer'
            WHEN w.do_not_call THEN 'do_not_call'
            WHEN w.phone IS NULL THEN 'no_phone'
            WHEN b.customer_code IS NOT NULL THEN 'bad_number'
        END AS hindrance
    FROM ending AS e
    INNER JOIN cases AS c ON e.case_code = c.case_code
    LEFT JOIN LATERAL (
        SELECT
            p.customer_code,
            p.role
        FROM occupancies AS p
        WHERE
            c.customer_code IS NULL
            AND p.community_code = c.community_code
            AND p.unit_code = c.unit_code
            AND p.start_date <= CAST(c.opened_at AT TIME ZONE 'Asia/Shanghai' AS date)
            AND coalesce(p.end_date >= CAST(c.opened_at AT TIME ZONE 'Asia/Shanghai' AS date), TRUE)
        ORDER BY p.role DESC, p.pays_fees DESC, p.start_date DESC, p.customer_code ASC
        LIMIT 1
    ) AS o ON TRUE
    LEFT JOIN customers AS w ON w.customer_code = coalesce(c.customer_code, o.customer_code)
    LEFT JOIN callback_bad_numbers AS b ON w.customer_code = b.customer_code AND w.phone = b.phone
    WHERE
        (e.customer_type IS NULL OR e.customer_type = w.customer_type)
        AND NOT EXISTS (
            SELECT 1
            FROM callback_contacts AS x
            WHERE
                x.case_code = e.case_code
                AND x.rule_code = e.rule_code
                AND (substring(x.occasion, '^[0-9]+') = e.occasion OR x.triggered_at = e.triggered_at)
                AND (x.state <> 'cancelled' OR x.closed_reason NOT IN ('reopened', 'customer_gone'))
        )
)

INSERT INTO new_contacts (
    rule_code, subject, occasion, trigger, customer_code, case_code, community_code, triggered_at, not_before, due_by,
    priority, max_attempts, channel, channel_reason, missed_at, missed_reason, explanation
)
SELECT
    c.rule_code,
    'case:' || c.case_code AS subject,
    c.occasion || (
        SELECT CASE WHEN count(*) > 0 THEN chr(97 + CAST(count(*) AS integer)) ELSE '' END
        FROM callback_contacts AS x
        WHERE
            x.case_code = c.case_code
            AND x.rule_code = c.rule_code
            AND substring(x.occasion, '^[0-9]+') = c.occasion
    ) AS occasion,
    c.trigger,
    c.customer_code,
    c.case_code,
    c.community_code,
    c.triggered_at,
    least(c.not_before, c.due_by) AS not_before,
    c.due_by,
    c.priority,
    c.max_attempts,
    CASE
        WHEN c.has_address AND (c.is_questionnaire OR c.hindrance IS NOT NULL) THEN 'mail'
        WHEN c.hindrance IS NOT NULL THEN 'manager'
        ELSE 'call'
    END AS channel,
    CASE WHEN c.has_address AND c.is_questionnaire THEN 'questionnaire' ELSE c.hindrance END AS channel_reason,
    CASE WHEN c.due_by <= CAST(:at AS timestamptz) THEN CAST(:at AS timestamptz) END AS missed_at,
    CASE WHEN c.due_by <= CAST(:at AS timestamptz) THEN 'not_listed' END AS missed_reason,
    jsonb_build_object(
        'event_at', c.triggered_at,
        'who', c.who,
        'known_on', CAST(:day AS date),
        'delay_hours', c.delay_hours,
        'window_working_days', c.window_working_days,
        'due_on', c.due_on
    ) AS explanation
FROM called AS c
