-- ESC-09: the ladder that holds for each policy, kind and urgency.
--
-- Steps of levels >= 0 replace each other: those of the policy go before those of kind and urgency, of the kind, of the
-- urgency, of all. Steps of level -1 (told at once) are added, on the milestone answer only.
--
-- Reads: deadline_policies, escalation_steps, working_calendars
-- Writes: ladder_steps, one row per policy, milestone, kind, urgency and step
-- Rerun: after clear_ladders only
--
-- Params: none
WITH subjects AS (
    SELECT DISTINCT
        p.policy_code,
        p.milestone,
        p.kind,
        u.urgency
    FROM deadline_policies AS p
    CROSS JOIN unnest(ARRAY['ordinary', 'urgent', 'major', 'emergency']) AS u (urgency)
    WHERE p.urgency IS NULL OR p.urgency = u.urgency
),

matching AS (
    SELECT
        x.policy_code,
        x.milestone,
        x.kind,
        x.urgency,
        s.step_code,
        s.level,
        s.role,
        s.offset_kind,
        s."offset",
        s.calendar,
        rank() OVER (
            PARTITION BY x.policy_code, x.milestone, x.kind, x.urgency, s.level < 0
            ORDER BY (s.policy_code IS NOT NULL) DESC, (s.kind IS NOT NULL) DESC, (s.urgency IS NOT NULL) DESC
        ) AS nearness
    FROM subjects AS x
    INNER JOIN escalation_steps AS s
        ON
            coalesce(s.policy_code, x.policy_code) = x.policy_code
            AND coalesce(s.kind, x.kind) = x.kind
            AND coalesce(s.urgency, x.urgency) = x.urgency
    WHERE
        s.calendar = 'deadline'
        OR EXISTS (
            SELECT 1 FROM working_calendars AS w
            WHERE w.calendar_code = s.calendar
        )
)

INSERT INTO ladder_steps (
    policy_code, milestone, kind, urgency, step_code, level, role, offset_kind, offset_percent, offset_seconds, calendar
)
SELECT
    m.policy_code,
    m.milestone,
    m.kind,
    m.urgency,
    m.step_code,
    m.level,
    m.role,
    m.offset_kind,
    CASE WHEN m.offset_kind = 'percent_of_budget' THEN m."offset" END,
    CASE m.offset_kind WHEN 'percent_of_budget' THEN NULL WHEN 'at_once' THEN 0 ELSE round(m."offset" * 60) END,
    m.calendar
FROM matching AS m
WHERE (m.level >= 0 AND m.nearness = 1) OR (m.level < 0 AND m.milestone = 'answer')
