-- The periods that hold on a calling day: of each rule that calls customers once a period (care, prospects, year-end),
-- for each scope that calls on that day, with the day's share of the slots that are left in it.
--
-- A period is a month, quarter or year (where nothing is said, too); a number of days is counted from the first day
-- served. A rule of one month of the year has only that month of it. Where nobody is on the roster for the rest of a
-- period, its calling days count alike.
--
-- Worked example: 20 calling days left with 10 agents each: 10 of 200 slots fall to today.
--
-- Reads: scopes_of_day, rules_in_force, calling_days, calling_parts, calling_slots (temporary)
-- Writes: periods_of_day (temporary), one row per scope and rule
-- Rerun: after it was dropped
--
-- Params:
--   day (date): day planned
--   prospects (text): scope of prospects
CREATE TEMPORARY TABLE periods_of_day ON COMMIT DROP AS
WITH lengths AS (
    SELECT
        r.rule_code,
        r.trigger,
        r.customer_type,
        r.min_service_days,
        r.max_service_days,
        r.window_working_days,
        r.priority,
        r.max_attempts,
        r.month,
        CASE
            WHEN r.repeat IS NULL THEN 'year'
            WHEN r.repeat IN ('month', 'quarter', 'year') THEN r.repeat
            ELSE 'days'
        END AS unit,
        CASE
            WHEN r.repeat = 'month' THEN 30
            WHEN r.repeat = 'quarter' THEN 91
            WHEN r.repeat ~ '^[0-9]+$' THEN CAST(r.repeat AS integer)
            ELSE 365
        END AS days
    FROM rules_in_force AS r
    WHERE
        r.trigger IN ('care', 'prospect', 'year_end')
        AND (r.month IS NULL OR r.month = extract(MONTH FROM CAST(:day AS date)))
),

stretches AS (
    SELECT
        s.scope,
        s.community_code,
        s.calendar_code,
        s.is_again,
        l.rule_code,
        l.trigger,
        l.customer_type,
        l.min_service_days,
        l.max_service_days,
        l.window_working_days,
        l.priority,
        l.max_attempts,
        l.month,
        l.unit,
        l.days,
        (CAST(:day AS date) - s.live_from) / l.days AS before,
        CASE
            WHEN l.unit = 'days' THEN s.live_from + (CAST(:day AS date) - s.live_from) / l.days * l.days
            ELSE CAST(date_trunc(l.unit, CAST(CAST(:day AS date) AS timestamp)) AS date)
        END AS first_day
    FROM scopes_of_day AS s
    INNER JOIN lengths AS l ON (l.trigger = 'prospect') = (s.scope = CAST(:prospects AS text))
    WHERE s.is_calling_day
),

named AS (
    SELECT
        t.scope,
        t.community_code,
        t.calendar_code,
        t.is_again,
        t.rule_code,
        t.trigger,
        t.customer_type,
        t.min_service_days,
        t.max_service_days,
        t.window_working_days,
        t.priority,
        t.max_attempts,
        t.days,
        CASE t.unit
            WHEN 'month' THEN to_char(t.first_day, 'YYYY-MM')
            WHEN 'quarter' THEN to_char(t.first_day, 'YYYY-"Q"Q')
            WHEN 'year' THEN to_char(t.first_day, 'YYYY')
            ELSE 'D' || t.days || '-' || to_char(t.before + 1, 'FM0000')
        END AS period,
        CASE
            WHEN t.month IS NULL THEN t.first_day
            ELSE greatest(t.first_day, CAST(date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) AS date))
        END AS first_day,
        least(
            CASE t.unit
                WHEN 'month' THEN CAST(t.first_day + interval '1 month' AS date)
                WHEN 'quarter' THEN CAST(t.first_day + interval '3 months' AS date)
                WHEN 'year' THEN CAST(t.first_day + interval '1 year' AS date)
                ELSE t.first_day + t.days
            END - 1,
            CASE
                WHEN t.month IS NOT NULL
                    THEN
                        CAST(
                            date_trunc('month', CAST(CAST(:day AS date) AS timestamp)) + interval '1 month' AS date
                        ) - 1
            END
        ) AS last_day
    FROM stretches AS t
),

days_left AS (
    SELECT
        n.scope,
        n.rule_code,
        count(*) AS days,
        max(k.day) AS last_calling_day,
        coalesce(sum(g.slots), 0) AS slots,
        coalesce(sum(g.slots) FILTER (WHERE k.day = CAST(:day AS date)), 0) AS slots_today
    FROM named AS n
    INNER JOIN calling_days AS k
        ON
            n.calendar_code = k.calendar_code
            AND k.is_calling_day
            AND k.day BETWEEN CAST(:day AS date) AND n.last_day
    LEFT JOIN calling_slots AS g ON n.scope = g.scope AND k.day = g.day
    GROUP BY n.scope, n.rule_code
)

SELECT
    n.scope,
    n.community_code,
    n.rule_code,
    n.trigger,
    n.customer_type,
    n.min_service_days,
    n.max_service_days,
    n.priority,
    n.max_attempts,
    n.window_working_days,
    n.is_again,
    n.days,
    n.period,
    n.first_day,
    n.last_day,
    CASE WHEN d.slots > 0 THEN d.slots ELSE d.days END AS slots_left,
    CASE WHEN d.slots > 0 THEN d.slots_today ELSE 1 END AS slots_today,
    (
        CAST(
            CASE WHEN n.trigger = 'prospect' THEN e.day ELSE least(e.day, d.last_calling_day) END AS timestamp
        ) + p.closes
    ) AT TIME ZONE 'Asia/Shanghai' AS due_by
FROM named AS n
INNER JOIN days_left AS d ON n.scope = d.scope AND n.rule_code = d.rule_code
INNER JOIN calling_days AS t ON n.calendar_code = t.calendar_code AND t.day = CAST(:day AS date)
INNER JOIN calling_days AS e
    ON n.calendar_code = e.calendar_code AND e.is_calling_day AND e.day_no = t.day_no + n.window_working_days
CROSS JOIN (SELECT max(a.closes) AS closes FROM calling_parts AS a) AS p
