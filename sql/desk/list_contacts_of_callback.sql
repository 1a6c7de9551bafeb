-- What made a callback due: the contacts merged into it.
-- Reads: callback_contacts
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   callback_code (text): the callback
SELECT
    t.rule_code AS rule_code,
    t.trigger AS trigger,
    t.occasion AS occasion,
    t.case_code AS case_code,
    t.triggered_at AS triggered_at,
    t.due_by AS due_by,
    t.channel AS channel,
    t.channel_reason AS channel_reason,
    t.state AS state,
    t.satisfaction AS satisfaction,
    t.closed_at AS closed_at,
    t.closed_reason AS closed_reason,
    t.missed_at AS missed_at,
    t.missed_reason AS missed_reason
FROM callback_contacts AS t
WHERE t.callback_code = :callback_code
ORDER BY t.priority ASC, t.triggered_at ASC, t.rule_code ASC, t.subject ASC
