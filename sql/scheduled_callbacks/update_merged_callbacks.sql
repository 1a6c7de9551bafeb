-- Callbacks that a contact joined or left are what their open contacts come to. A time promised to the customer holds:
-- the window lasts to the end of that day at least. Attempts made stay, the code too; what stays when a rule that allowed
-- more attempts leaves is tried once more.
--
-- Reads: merged_callbacks, calling_parts (temporary)
-- Writes: callbacks
-- Rerun: only what differs
--
-- Params:
--   run_id (bigint): run that does it
WITH promises AS (
    SELECT
        m.callback_code,
        (date_trunc('day', c.promised_at AT TIME ZONE 'Asia/Shanghai') + a.closes)
        AT TIME ZONE 'Asia/Shanghai' AS end_of_promise
    FROM merged_callbacks AS m
    INNER JOIN callbacks AS c ON m.callback_code = c.callback_code
    CROSS JOIN (SELECT max(p.closes) AS closes FROM calling_parts AS p) AS a
)

UPDATE callbacks AS c
SET
    rules = m.rules,
    case_codes = m.case_codes,
    community_code = coalesce(c.community_code, m.community_code),
    not_before = m.not_before,
    due_by = greatest(m.due_by, p.end_of_promise),
    priority = m.priority,
    max_attempts = greatest(m.max_attempts, c.attempts + 1),
    missed_at = m.missed_at,
    channel = m.channel,
    run_id = CAST(:run_id AS bigint)
FROM merged_callbacks AS m
INNER JOIN promises AS p ON m.callback_code = p.callback_code
WHERE
    c.callback_code = m.callback_code
    AND c.state = 'planned'
    AND (
        c.rules, c.case_codes, c.community_code, c.not_before, c.due_by, c.priority, c.max_attempts, c.missed_at,
        c.channel
    ) IS DISTINCT FROM (
        m.rules, m.case_codes, coalesce(c.community_code, m.community_code), m.not_before,
        greatest(m.due_by, p.end_of_promise), m.priority, greatest(m.max_attempts, c.attempts + 1), m.missed_at, m.channel
    )
