-- The newest mails, a page at a time.
-- Reads: messages
-- Writes: nothing (one row per message, newest first)
-- Rerun: reads only
-- Params:
--   state (text): only mails in this state; null: all
--   recipient (text): part of the address, lower case, looked for among the newest mails; null: all
--   searched (bigint): newest mails searched for a recipient
--   before (bigint): message_no the page starts behind, exclusive; null: the newest
--   page_size (integer): rows at most
SELECT
    m.message_no AS message_no,
    m.message_code AS message_code,
    m.kind AS kind,
    m.recipient AS recipient,
    m.recipient_name AS recipient_name,
    m.subject AS subject,
    m.state AS state,
    m.is_urgent AS is_urgent,
    m.attempts AS attempts,
    m.created_at AS created_at,
    m.sent_at AS sent_at,
    m.not_before AS not_before,
    m.next_attempt_at AS next_attempt_at,
    m.reply_code AS reply_code,
    m.reply AS reply
FROM messages AS m
WHERE
    (CAST(:state AS text) IS NULL OR m.state = :state)
    AND (
        CAST(:recipient AS text) IS NULL
        OR (
            strpos(lower(m.recipient), :recipient) > 0
            AND m.message_no > (SELECT max(l.message_no) FROM messages AS l) - CAST(:searched AS bigint)
        )
    )
    AND (CAST(:before AS bigint) IS NULL OR m.message_no < :before)
ORDER BY m.message_no DESC
LIMIT CAST(:page_size AS integer)
