-- The day's contacts, each part of a callback. In order of customers: neighbours in keys and indexes.
--
-- Reads: new_contacts (temporary)
-- Writes: callback_contacts, one row per rule, subject and occasion
-- Rerun: an error: whoever finds contacts leaves out those there are
--
-- Params:
--   run_id (bigint): run that does it
INSERT INTO callback_contacts (
    rule_code, subject, occasion, trigger, customer_code, case_code, community_code, triggered_at, not_before, due_by,
    priority, max_attempts, channel, channel_reason, state, callback_code, missed_at, missed_reason, explanation, run_id
)
SELECT
    n.rule_code,
    n.subject,
    n.occasion,
    n.trigger,
    n.customer_code,
    n.case_code,
    n.community_code,
    n.triggered_at,
    n.not_before,
    n.due_by,
    n.priority,
    n.max_attempts,
    n.channel,
    n.channel_reason,
    'planned' AS state,
    n.callback_code,
    n.missed_at,
    n.missed_reason,
    n.explanation,
    CAST(:run_id AS bigint) AS run_id
FROM new_contacts AS n
ORDER BY n.customer_code
