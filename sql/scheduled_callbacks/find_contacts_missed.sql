-- A contact whose window is past is missed, with the reason. About service it is tried for some calling days more, the
-- days of grace; all others end. A time promised to the customer keeps a contact open to the end of that day.
--
-- The reason is the first that holds: a letter was not answered (no_answer_by_mail); it was tried (not_reached); it stood
-- on a list in its window and was not taken off it, or on the manager's, be it as part of a callback that was closed
-- meanwhile (not_made); nobody could call on any calling day of the window (no_agent); no list was made on any of them
-- (not_listed); there was no room (no_capacity).
--
-- Reads: open_contacts, contact_ends, calling_days, calling_parts, calling_slots (temporary), callback_contacts,
--   callback_lists, callback_days
-- Writes: contact_misses (temporary), one row per contact missed now, or given up now
-- Rerun: after it was made anew
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant; windows up to it are past
WITH past AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.callback_code,
        x.missed_at,
        x.channel,
        x.trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved') AS has_grace,
        x.attempts,
        coalesce(x.community_code, 'prospects') AS scope,
        x.calendar_code,
        x.grace_days,
        CAST(x.not_before AT TIME ZONE 'Asia/Shanghai' AS date) AS first_day,
        CAST(x.due_by AT TIME ZONE 'Asia/Shanghai' AS date) AS last_day,
        greatest(CAST(x.due_by AT TIME ZONE 'Asia/Shanghai' AS date), x.known_on) AS grace_from
    FROM open_contacts AS x
    CROSS JOIN (SELECT max(p.closes) AS closes FROM calling_parts AS p) AS a
    WHERE
        x.due_by <= CAST(:at AS timestamptz)
        AND coalesce(
            (date_trunc('day', x.promised_at AT TIME ZONE 'Asia/Shanghai') + a.closes) AT TIME ZONE 'Asia/Shanghai'
            <= CAST(:at AS timestamptz),
            TRUE
        )
        AND NOT EXISTS (
            SELECT 1
            FROM contact_ends AS e
            WHERE e.rule_code = x.rule_code AND e.subject = x.subject AND e.occasion = x.occasion
        )
),

windows AS (
    SELECT DISTINCT
        p.scope,
        p.calendar_code,
        p.first_day,
        p.last_day
    FROM past AS p
    WHERE p.missed_at IS NULL AND p.channel = 'call' AND p.attempts = 0
),

window_days AS (
    SELECT
        w.scope,
        w.calendar_code,
        w.first_day,
        w.last_day,
        bool_or(s.slots > 0) AS had_agents,
        bool_or(
            EXISTS (
                SELECT 1
                FROM callback_lists AS l
                WHERE l.work_date = d.day
            )
            OR EXISTS (
                SELECT 1
                FROM callback_days AS f
                WHERE f.work_date = d.day AND f.scope = w.scope
            )
        ) AS had_lists
    FROM windows AS w
    INNER JOIN calling_days AS d
        ON w.calendar_code = d.calendar_code AND d.is_calling_day AND d.day BETWEEN w.first_day AND w.last_day
    LEFT JOIN calling_slots AS s ON w.scope = s.scope AND d.day = s.day
    GROUP BY w.scope, w.calendar_code, w.first_day, w.last_day
),

judged AS (
    SELECT
        p.rule_code,
        p.subject,
        p.occasion,
        p.callback_code,
        p.missed_at,
        p.channel,
        p.attempts,
        p.first_day,
        p.last_day,
        NOT p.has_grace OR coalesce(today.day_no > g.day_no + p.grace_days, TRUE) AS is_over,
        w.had_agents,
        w.had_lists
    FROM past AS p
    LEFT JOIN window_days AS w
        ON
            p.scope = w.scope
            AND p.calendar_code = w.calendar_code
            AND p.first_day = w.first_day
            AND p.last_day = w.last_day
    LEFT JOIN calling_days AS g ON p.calendar_code = g.calendar_code AND p.grace_from = g.day
    LEFT JOIN calling_days AS today ON p.calendar_code = today.calendar_code AND today.day = CAST(:day AS date)
)

INSERT INTO contact_misses (rule_code, subject, occasion, is_over, missed_reason)
SELECT
    j.rule_code,
    j.subject,
    j.occasion,
    j.is_over,
    CASE
        WHEN j.channel = 'mail' THEN 'no_answer_by_mail'
        WHEN j.attempts > 0 THEN 'not_reached'
        WHEN j.channel = 'manager' THEN 'not_made'
        WHEN
            EXISTS (
                SELECT 1
                FROM callback_lists AS l
                WHERE l.callback_code = j.callback_code AND l.work_date >= j.first_day AND l.withdrawn_at IS NULL
            )
            OR EXISTS (
                SELECT 1
                FROM callback_contacts AS c
                INNER JOIN callback_lists AS l ON c.explanation ->> 'moved_from' = l.callback_code
                WHERE
                    c.rule_code = j.rule_code
                    AND c.subject = j.subject
                    AND c.occasion = j.occasion
                    AND l.work_date BETWEEN j.first_day AND j.last_day
                    AND l.withdrawn_at IS NULL
            )
            THEN 'not_made'
        WHEN j.had_agents IS NOT TRUE THEN 'no_agent'
        WHEN j.had_lists IS NOT TRUE THEN 'not_listed'
        ELSE 'no_capacity'
    END AS missed_reason
FROM judged AS j
WHERE j.missed_at IS NULL OR j.is_over
