-- The contacts a run made due or changed, with what the gate asks of them.
-- What may have changed since is asked of those still planned, not of those that are over.
-- Rows of earlier runs since the last one that succeeded are looked at too: a gate stopped them, or they never met one.
--
-- Reads: callback_contacts, callbacks, callback_warnings, customers, cases, case_events, settings, communities, runs,
--     callback_progress, working_days_between (calendars)
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

looked_at AS (
    SELECT
        -- Who asks during the day to be left alone is, from the next plan on: only a plan chooses channels.
        r.pipeline = 'scheduled_callbacks' AS is_planning,
        greatest(r.as_of, p.computed_to) AS at,
        CAST((greatest(r.as_of, p.computed_to) AT TIME ZONE 'Asia/Shanghai') AS date) AS day
    FROM runs AS r
    CROSS JOIN (
        SELECT max(q.computed_to) AS computed_to
        FROM callback_progress AS q
    ) AS p
    WHERE r.run_id = :run_id
),

live AS (
    SELECT DISTINCT ON (c.community_code)
        c.community_code,
        CAST(s.value AS date) AS live_from
    FROM communities AS c
    CROSS JOIN looked_at AS d
    INNER JOIN settings AS s
        ON s.setting = 'live_from' AND coalesce(s.community_code, c.community_code) = c.community_code
    WHERE s.valid_from IS NULL OR s.valid_from <= d.day
    ORDER BY c.community_code ASC, s.community_code ASC NULLS LAST, s.valid_from DESC NULLS LAST
),

written AS (
    SELECT
        t.rule_code,
        t.subject,
        t.occasion,
        t.trigger,
        t.customer_code,
        t.case_code,
        t.community_code,
        t.triggered_at,
        t.not_before,
        t.due_by,
        t.channel,
        t.channel_reason,
        t.state,
        t.callback_code,
        t.satisfaction,
        t.missed_reason,
        CAST(t.explanation ->> 'window_working_days' AS integer) AS window_working_days,
        t.trigger IN ('repair_resolved', 'complaint_answered', 'correction_resolved', 'paid_service_done') AS is_service
    FROM callback_contacts AS t
    WHERE
        t.run_id IN (
            SELECT e.run_id
            FROM ungated AS e
        )
),

stretch AS (
    SELECT
        min(CAST((w.not_before AT TIME ZONE 'Asia/Shanghai') AS date)) AS first_day,
        max(CAST((w.due_by AT TIME ZONE 'Asia/Shanghai') AS date)) AS last_day
    FROM written AS w
    WHERE w.state = 'planned' AND w.is_service
),

calling_days AS (
    SELECT DISTINCT
        k.calendar_code,
        k.day
    FROM stretch AS s
    CROSS JOIN working_days_between(s.first_day, s.last_day) AS k
),

windows AS (
    SELECT
        w.rule_code,
        w.subject,
        w.occasion,
        count(k.day) AS working_days
    FROM written AS w
    LEFT JOIN communities AS c ON w.community_code = c.community_code
    LEFT JOIN calling_days AS k
        ON
            coalesce(c.working_calendar, 'office') = k.calendar_code
            AND CAST((w.not_before AT TIME ZONE 'Asia/Shanghai') AS date) < k.day
            AND CAST((w.due_by AT TIME ZONE 'Asia/Shanghai') AS date) >= k.day
    WHERE w.state = 'planned' AND w.is_service
    GROUP BY w.rule_code, w.subject, w.occasion
)

SELECT
    w.rule_code,
    w.subject,
    w.occasion,
    w.trigger,
    w.customer_code IS NOT NULL OR w.channel = 'manager' AS has_addressee,
    CASE
        WHEN w.state = 'planned'
            THEN
                CAST((CASE WHEN w.is_service THEN w.triggered_at ELSE w.due_by END AT TIME ZONE 'Asia/Shanghai') AS date)
                - coalesce(l.live_from, (SELECT min(f.live_from) FROM live AS f))
    END AS days_since_live,
    CAST(extract(EPOCH FROM d.at - w.triggered_at) AS bigint) AS seconds_since_trigger,
    CASE
        WHEN w.is_service
            THEN EXISTS (
                SELECT 1
                FROM case_events AS v
                WHERE
                    v.case_code = w.case_code
                    AND v.event_at = w.triggered_at
                    AND v.event IN ('answered', 'resolved', 'closed')
            )
        ELSE w.case_code IS NULL AND w.subject = 'customer:' || w.customer_code
    END OR w.state <> 'planned' AS has_fact,
    w.state <> 'planned' OR w.channel <> 'call' OR c.do_not_call IS NOT TRUE OR NOT d.is_planning AS is_left_alone,
    w.state <> 'planned'
    OR w.trigger NOT IN ('care', 'prospect')
    OR c.do_not_call IS NOT TRUE
    OR NOT d.is_planning AS is_not_courted,
    w.channel = 'call' OR w.channel_reason IS NOT NULL AS is_channel_explained,
    w.state <> 'planned'
    OR (b.state = 'planned' AND coalesce(b.customer_code, '') = coalesce(w.customer_code, '')) AS is_in_open_callback,
    w.satisfaction IS NULL OR w.state = 'reached' AS is_said_when_reached,
    n.working_days IS NULL
    OR w.window_working_days IS NULL
    OR w.window_working_days = 0
    OR b.promises > 0
    OR n.working_days = w.window_working_days AS is_window_of_rule,
    CAST((w.due_by AT TIME ZONE 'Asia/Shanghai') AS date)
    - CAST((w.not_before AT TIME ZONE 'Asia/Shanghai') AS date) AS window_days,
    w.missed_reason IS NULL OR w.missed_reason NOT IN ('no_agent', 'no_capacity') OR EXISTS (
        SELECT 1
        FROM callback_warnings AS k
        WHERE k.callback_code = w.callback_code
    ) AS is_warned
FROM written AS w
CROSS JOIN looked_at AS d
INNER JOIN callbacks AS b ON w.callback_code = b.callback_code
LEFT JOIN customers AS c ON w.customer_code = c.customer_code
LEFT JOIN live AS l ON w.community_code = l.community_code
LEFT JOIN windows AS n ON w.rule_code = n.rule_code AND w.subject = n.subject AND w.occasion = n.occasion
