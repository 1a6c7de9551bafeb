-- The day's even share of the customers still to be called in their period: as many as its slots are of all that are left,
-- rounded up; those who are to be called apart from those who cannot be. Whoever has a callback planned at the year's end
-- joins it first. Planned again on the same day, the share is that of what was left in the morning, less what was taken.
--
-- Worked example: 401 left, 10 of 200 slots fall to today: 21; the next day 380 left, 10 of 190 slots: 20.
--
-- Reads: shared_customers, periods_of_day (temporary), callback_contacts, customers
-- Writes: new_contacts (temporary)
-- Rerun: nothing more after they were written
--
-- Params:
--   trigger (text): care or year_end
--   day (date): day planned
WITH heaps AS (
    SELECT
        c.scope,
        c.rule_code,
        c.is_call,
        c.bucket,
        count(*) AS customers,
        count(*) FILTER (WHERE c.is_joined) AS joined
    FROM shared_customers AS c
    GROUP BY c.scope, c.rule_code, c.is_call, c.bucket
),

taken AS (
    SELECT
        p.scope,
        p.rule_code,
        k.channel = 'call' AS is_call,
        count(*) AS customers
    FROM periods_of_day AS p
    INNER JOIN callback_contacts AS k
        ON p.rule_code = k.rule_code AND p.period = k.occasion AND p.community_code = k.community_code
    WHERE
        p.is_again
        AND p.trigger = CAST(:trigger AS text)
        AND k.not_before = CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai'
    GROUP BY p.scope, p.rule_code, k.channel = 'call'
),

sums AS (
    SELECT
        h.scope,
        h.rule_code,
        h.is_call,
        CAST(sum(h.customers) AS bigint) AS customers,
        CAST(sum(h.joined) AS bigint) AS joined
    FROM heaps AS h
    GROUP BY h.scope, h.rule_code, h.is_call
),

shares AS (
    SELECT
        s.scope,
        s.rule_code,
        s.is_call,
        s.customers + coalesce(t.customers, 0) AS customers,
        ((s.customers + coalesce(t.customers, 0)) * p.slots_today + p.slots_left - 1) / p.slots_left AS share,
        greatest(
            ((s.customers + coalesce(t.customers, 0)) * p.slots_today + p.slots_left - 1) / p.slots_left
            - coalesce(t.customers, 0) - s.joined,
            0
        ) AS room
    FROM sums AS s
    INNER JOIN periods_of_day AS p ON s.scope = p.scope AND s.rule_code = p.rule_code
    LEFT JOIN taken AS t ON s.scope = t.scope AND s.rule_code = t.rule_code AND s.is_call = t.is_call
),

filled AS (
    SELECT
        h.scope,
        h.rule_code,
        h.is_call,
        h.bucket,
        sum(h.customers - h.joined)
            OVER (PARTITION BY h.scope, h.rule_code, h.is_call ORDER BY h.bucket) AS up_to
    FROM heaps AS h
),

bounds AS (
    SELECT
        s.scope,
        s.rule_code,
        s.is_call,
        s.customers,
        s.share,
        s.room,
        min(f.bucket) FILTER (WHERE f.up_to >= s.room) AS last_bucket
    FROM shares AS s
    INNER JOIN filled AS f ON s.scope = f.scope AND s.rule_code = f.rule_code AND s.is_call = f.is_call
    GROUP BY s.scope, s.rule_code, s.is_call, s.customers, s.share, s.room
),

in_order AS (
    SELECT
        c.customer_code,
        c.scope,
        c.rule_code,
        c.is_call,
        c.is_joined,
        c.days_of_service,
        b.customers,
        b.share,
        b.room,
        row_number()
            OVER (PARTITION BY c.scope, c.rule_code, c.is_call, c.is_joined ORDER BY c.place, c.customer_code) AS turn
    FROM shared_customers AS c
    INNER JOIN bounds AS b ON c.scope = b.scope AND c.rule_code = b.rule_code AND c.is_call = b.is_call
    WHERE c.is_joined OR (b.room > 0 AND c.bucket <= b.last_bucket)
)

INSERT INTO new_contacts (
    rule_code, subject, occasion, trigger, customer_code, community_code, triggered_at, not_before, due_by, priority,
    max_attempts, channel, channel_reason, explanation
)
SELECT
    o.rule_code,
    'customer:' || o.customer_code AS subject,
    p.period AS occasion,
    p.trigger,
    o.customer_code,
    p.community_code,
    CAST(p.first_day AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS triggered_at,
    CAST(CAST(:day AS date) AS timestamp) AT TIME ZONE 'Asia/Shanghai' AS not_before,
    p.due_by,
    p.priority,
    p.max_attempts,
    CASE
        WHEN o.is_call THEN 'call'
        WHEN c.email IS NOT NULL THEN 'mail'
        ELSE 'manager'
    END AS channel,
    CASE
        WHEN o.is_call THEN NULL
        WHEN c.do_not_call THEN 'do_not_call'
        WHEN c.phone IS NULL THEN 'no_phone'
        ELSE 'bad_number'
    END AS channel_reason,
    jsonb_build_object(
        'how', CASE WHEN o.is_joined THEN 'joined' ELSE 'share' END,
        'period_from', p.first_day,
        'period_to', p.last_day,
        'window_working_days', p.window_working_days,
        'due_on', CAST(p.due_by AT TIME ZONE 'Asia/Shanghai' AS date),
        'days_of_service', o.days_of_service,
        'left', o.customers,
        'slots_today', p.slots_today,
        'slots_left', p.slots_left,
        'share', o.share
    ) AS explanation
FROM in_order AS o
INNER JOIN periods_of_day AS p ON o.scope = p.scope AND o.rule_code = p.rule_code
INNER JOIN customers AS c ON o.customer_code = c.customer_code
WHERE o.is_joined OR o.turn <= o.room
