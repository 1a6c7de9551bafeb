-- Deadline policies and ladder steps that cannot be carried out, with what is wrong; they are left out and reported.
--
-- Reads: deadline_policies, escalation_steps, calendars, communities
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params: none
WITH known_calendars AS (
    SELECT DISTINCT c.calendar_code AS calendar
    FROM calendars AS c
)

SELECT
    'deadline_policies' AS dataset,
    p.policy_code AS code,
    problem.found_in AS found_in,
    problem.found AS found
FROM deadline_policies AS p
CROSS JOIN
    LATERAL (
        SELECT
            'starts' AS found_in,
            w.word AS found
        FROM unnest(listed_words(p.starts)) AS w (word)
        WHERE w.word NOT IN ('opened_at', 'booked_at', '受理时间', '预约时间') AND event_number(w.word) IS NULL
        UNION ALL
        SELECT
            'met_by',
            w.word
        FROM unnest(listed_words(p.met_by)) AS w (word)
        WHERE event_number(w.word) IS NULL
        UNION ALL
        SELECT
            'needs_event',
            p.needs_event
        WHERE p.needs_event IS NOT NULL AND event_number(p.needs_event) IS NULL
        UNION ALL
        SELECT
            'calendar',
            p.calendar
        WHERE
            NOT EXISTS (
                SELECT 1 FROM known_calendars AS k
                WHERE k.calendar = p.calendar
            )
        UNION ALL
        SELECT
            'budget',
            CAST(p.budget AS text)
        WHERE p.budget_unit LIKE 'working_days%' AND p.budget <> trunc(p.budget)
    ) AS problem
WHERE coalesce(p.enabled, TRUE)
UNION ALL
SELECT
    'escalation_steps',
    s.step_code,
    problem.found_in,
    problem.found
FROM escalation_steps AS s
CROSS JOIN
    LATERAL (
        SELECT
            'calendar' AS found_in,
            s.calendar AS found
        WHERE
            s.calendar <> 'deadline' AND NOT EXISTS (
                SELECT 1 FROM known_calendars AS k
                WHERE k.calendar = s.calendar
            )
        UNION ALL
        SELECT
            'policy_code',
            s.policy_code
        WHERE
            s.policy_code IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM deadline_policies AS p
                WHERE p.policy_code = s.policy_code
            )
    ) AS problem
UNION ALL
SELECT
    'communities',
    c.community_code,
    'working_calendar',
    c.working_calendar
FROM communities AS c
WHERE
    c.working_calendar IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM known_calendars AS k
        WHERE k.calendar = c.working_calendar
    )
ORDER BY dataset, code, found_in, found
