-- A contact whose window is past is missed, with the reason. About service it is tried for some calling days more, the
-- days of grace; all others end. A time promised to the customer keeps a contact open to the end of that day.
--
-- The reason is the first that holds: it was tried (not_reached); a letter was not answered (no_answer_by_mail); it stood
-- on a list (not_made); nobody could call on any calling day of the window (no_agent); no list was made on any of them
-- (not_listed); there was no room (no_capacity).
--
-- Reads: callback_contacts, callbacks, called_communities, calling_days, calling_parts, calling_slots (temporary),
--   callback_lists, callback_days
-- Writes: callback_contacts, touched_callbacks (temporary), one row per contact missed or ended
-- Rerun: nothing more: what is missed is missed once, and ended once
--
-- Params:
--   day (date): day planned, Asia/Shanghai
--   at (timestamptz): its instant; windows up to it are past
--   run_id (bigint): run that does it
WITH past AS (
    SELECT
        x.rule_code,
        x.subject,
        x.occasion,
        x.callback_code,
        x.missed_at,
        x.channel,
        x.trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved') AS has_grace,
        b.attempts,
        coalesce(x.community_code, 'prospects') AS scope,
        coalesce(k.calendar_code, 'office') AS calendar_code,
        coalesce(k.grace_days, 0) AS grace_days,
        CAST(x.not_before AT TIME ZONE 'Asia/Shanghai' AS date) AS first_day,
        CAST(x.due_by AT TIME ZONE 'Asia/Shanghai' AS date) AS last_day,
        greatest(
            CAST(x.due_by AT TIME ZONE 'Asia/Shanghai' AS date), CAST(x.explanation ->> 'known_on' AS date)
        ) AS grace_from
    FROM callback_contacts AS x
    INNER JOIN callbacks AS b ON x.callback_code = b.callback_code
    LEFT JOIN called_communities AS k ON x.community_code = k.community_code
    CROSS JOIN (SELECT max(p.closes) AS closes FROM calling_parts AS p) AS a
    WHERE
        x.state = 'planned'
        AND x.due_by <= CAST(:at AS timestamptz)
        AND (k.community_code IS NOT NULL OR x.community_code IS NULL)
        AND coalesce(
            (date_trunc('day', b.promised_at AT TIME ZONE 'Asia/Shanghai') + a.closes) AT TIME ZONE 'Asia/Shanghai'
            <= CAST(:at AS timestamptz),
            TRUE
        )
),

window_days AS (
    SELECT
        p.rule_code,
        p.subject,
        p.occasion,
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
                WHERE f.work_date = d.day AND f.scope = p.scope
            )
        ) AS had_lists
    FROM past AS p
    INNER JOIN calling_days AS d
        ON p.calendar_code = d.calendar_code AND d.is_calling_day AND d.day BETWEEN p.first_day AND p.last_day
    LEFT JOIN calling_slots AS s ON p.scope = s.scope AND d.day = s.day
    WHERE p.missed_at IS NULL AND p.channel = 'call' AND p.attempts = 0
    GROUP BY p.rule_code, p.subject, p.occasion
),

judged AS (
    SELECT
        p.rule_code,
        p.subject,
        p.occasion,
        NOT p.has_grace OR today.day_no > g.day_no + p.grace_days AS is_over,
        CASE
            WHEN p.channel = 'mail' THEN 'no_answer_by_mail'
            WHEN p.attempts > 0 THEN 'not_reached'
            WHEN p.channel = 'manager' THEN 'not_made'
            WHEN
                EXISTS (
                    SELECT 1
                    FROM callback_lists AS l
                    WHERE l.callback_code = p.callback_code
                )
                THEN 'not_made'
            WHEN w.had_agents IS NOT TRUE THEN 'no_agent'
            WHEN w.had_lists IS NOT TRUE THEN 'not_listed'
            ELSE 'no_capacity'
        END AS missed_reason
    FROM past AS p
    LEFT JOIN window_days AS w ON p.rule_code = w.rule_code AND p.subject = w.subject AND p.occasion = w.occasion
    LEFT JOIN calling_days AS g ON p.calendar_code = g.calendar_code AND p.grace_from = g.day
    LEFT JOIN calling_days AS today ON p.calendar_code = today.calendar_code AND today.day = CAST(:day AS date)
    WHERE p.missed_at IS NULL OR NOT p.has_grace OR coalesce(today.day_no > g.day_no + p.grace_days, TRUE)
),

missed AS (
    UPDATE callback_contacts AS x
    SET
        missed_at = coalesce(x.missed_at, CAST(:at AS timestamptz)),
        missed_reason = coalesce(x.missed_reason, j.missed_reason),
        state = CASE WHEN coalesce(j.is_over, TRUE) THEN 'missed' ELSE 'planned' END,
        closed_at = CASE WHEN coalesce(j.is_over, TRUE) THEN CAST(:at AS timestamptz) END,
        closed_reason = CASE WHEN coalesce(j.is_over, TRUE) THEN 'window_missed' END,
        run_id = CAST(:run_id AS bigint)
    FROM judged AS j
    WHERE
        x.rule_code = j.rule_code
        AND x.subject = j.subject
        AND x.occasion = j.occasion
        AND x.state = 'planned'
    RETURNING x.callback_code
)

INSERT INTO touched_callbacks (callback_code)
SELECT m.callback_code
FROM missed AS m
