-- What made a callback due, for its explanation: the first in priority first.
--
-- Reads: callback_contacts
-- Writes: nothing
-- Rerun: the same rows for the same tables
--
-- Params:
--   callback_code (text): the callback
SELECT
    t.rule_code,
    t.trigger,
    t.occasion,
    t.case_code,
    t.triggered_at,
    t.not_before,
    t.due_by,
    t.channel,
    t.channel_reason,
    t.state,
    t.closed_at,
    t.closed_reason,
    t.satisfied_by,
    t.missed_at,
    t.missed_reason,
    t.explanation
FROM callback_contacts AS t
WHERE t.callback_code = CAST(:callback_code AS text)
ORDER BY t.priority ASC, t.triggered_at ASC, t.rule_code ASC, t.subject ASC, t.occasion ASC
