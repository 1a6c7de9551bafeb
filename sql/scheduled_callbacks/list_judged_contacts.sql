-- Contacts of callbacks whose results are judged: how they stand.
--
-- Reads: callback_contacts
-- Writes: nothing
-- Rerun: the same rows for the same table
--
-- Params:
--   callback_codes (text[]): the callbacks
SELECT
    t.callback_code,
    t.rule_code,
    t.subject,
    t.occasion,
    t.trigger,
    t.triggered_at,
    t.state,
    t.closed_at,
    t.closed_reason,
    t.satisfied_by,
    t.missed_at,
    t.due_by
FROM callback_contacts AS t
WHERE t.callback_code = any(CAST(:callback_codes AS text[]))
ORDER BY t.callback_code, t.rule_code, t.subject, t.occasion
