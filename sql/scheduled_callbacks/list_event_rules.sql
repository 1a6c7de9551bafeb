-- The rules of reception days, mailboxes and committee meetings that are in force.
--
-- Reads: callback_rules
-- Writes: nothing
-- Rerun: the same rows for the same rules
--
-- Params: none
SELECT
    r.rule_code,
    r.trigger AS event,
    r.repeat,
    r.month
FROM callback_rules AS r
WHERE
    r.trigger IN ('reception_day', 'mailbox', 'committee')
    AND r.enabled IS NOT FALSE
ORDER BY r.priority, r.rule_code
