-- Calendars, policies and events that a policy or a community names and that do not exist: what names them does not
-- work as it was meant.
-- Reads: deadline_policies, escalation_steps, communities, calendars
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   calendar_words (text[]): words that stand for a calendar in any dataset
--   event_words (text[]): words that may stand in starts, met_by and needs_event
WITH known_calendars AS (
    SELECT hours.calendar_code AS calendar_code
    FROM calendars AS hours
    UNION
    SELECT word.word AS calendar_code
    FROM unnest(CAST(:calendar_words AS text[])) AS word (word)
),

named_events AS (
    SELECT
        policy.policy_code AS policy_code,
        part.column_name AS column_name,
        trim(one.word) AS word
    FROM deadline_policies AS policy
    CROSS JOIN
        LATERAL (
            VALUES
            ('starts', policy.starts),
            ('met_by', policy.met_by),
            ('needs_event', policy.needs_event)
        ) AS part (column_name, words)
    CROSS JOIN LATERAL string_to_table(part.words, ',') AS one (word)
),

found AS (
    SELECT
        'deadline_policies' AS dataset,
        policy.policy_code AS code,
        'calendar' AS column_name,
        policy.calendar AS value
    FROM deadline_policies AS policy
    WHERE policy.calendar NOT IN (SELECT known.calendar_code FROM known_calendars AS known)
    UNION
    SELECT
        'escalation_steps' AS dataset,
        step.step_code AS code,
        'calendar' AS column_name,
        step.calendar AS value
    FROM escalation_steps AS step
    WHERE
        step.calendar <> 'deadline' AND step.calendar NOT IN (SELECT known.calendar_code FROM known_calendars AS known)
    UNION
    SELECT
        'escalation_steps' AS dataset,
        step.step_code AS code,
        'policy_code' AS column_name,
        step.policy_code AS value
    FROM escalation_steps AS step
    WHERE step.policy_code NOT IN (SELECT policy.policy_code FROM deadline_policies AS policy)
    UNION
    SELECT
        'communities' AS dataset,
        community.community_code AS code,
        'working_calendar' AS column_name,
        community.working_calendar AS value
    FROM communities AS community
    WHERE community.working_calendar NOT IN (SELECT known.calendar_code FROM known_calendars AS known)
    UNION
    SELECT
        'deadline_policies' AS dataset,
        named.policy_code AS code,
        named.column_name AS column_name,
        named.word AS value
    FROM named_events AS named
    WHERE named.word <> '' AND named.word <> all(CAST(:event_words AS text[]))
)

SELECT
    found.dataset AS dataset,
    found.code AS code,
    found.column_name AS column_name,
    found.value AS value
FROM found
ORDER BY found.dataset, found.code, found.column_name, found.value
