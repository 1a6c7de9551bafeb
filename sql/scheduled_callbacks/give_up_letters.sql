-- Contacts whose last letter could not be delivered for good are made otherwise: asked in the call where there is one, else
-- by the manager.
--
-- Reads: callbacks, callback_contacts, messages
-- Writes: callback_contacts.channel and explanation, one row per contact
-- Rerun: nothing more: the contact is by mail no longer
--
-- Params:
--   run_id (bigint): run that writes
UPDATE callback_contacts AS k
SET
    channel = CASE WHEN c.channel = 'call' THEN 'call' ELSE 'manager' END,
    explanation = k.explanation || jsonb_build_object('letter_failed', f.message_code),
    run_id = CAST(:run_id AS bigint)
FROM callbacks AS c
INNER JOIN LATERAL (
    SELECT
        m.message_code,
        m.state
    FROM messages AS m
    WHERE m.kind = 'callback_letter' AND m.business_key = c.callback_code
    ORDER BY m.message_no DESC
    LIMIT 1
) AS f ON f.state = 'failed'
WHERE
    c.callback_code = k.callback_code
    AND c.state = 'planned'
    AND c.mailed_at IS NOT NULL
    AND k.state = 'planned'
    AND k.channel = 'mail'
