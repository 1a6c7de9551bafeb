-- The callback rules there are, for the filter of a page.
-- Reads: callback_rules
-- Writes: nothing (one row per rule)
-- Rerun: reads only
-- Params: none
SELECT
    r.rule_code AS rule_code,
    r.trigger AS trigger
FROM callback_rules AS r
WHERE r.trigger NOT IN ('reception_day', 'mailbox', 'committee')
ORDER BY r.priority ASC, r.rule_code ASC
