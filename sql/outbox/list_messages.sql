-- Messages for people to look at, the newest first.
-- Reads: messages, runs
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   states (text[]): only these states; null: all
--   kind (text): only this kind; null: all
--   recipient (text): part of the address, any case; null: all
--   since (timestamptz): written at or after; null: all
--   message_code (text): only this one; null: all
--   at_most (integer): number of messages
SELECT
    message.message_code AS message_code,
    message.kind AS kind,
    message.business_key AS business_key,
    message.edition AS edition,
    message.recipient AS recipient,
    message.state AS state,
    message.attempts AS attempts,
    message.sent_at AS sent_at,
    message.message_id AS message_id,
    message.subject AS subject,
    message.language AS language,
    message.created_at AS created_at,
    message.not_before AS not_before,
    message.next_attempt_at AS next_attempt_at,
    message.reply_code AS reply_code,
    message.reply AS reply,
    message.resolution AS resolution,
    message.resolved_by AS resolved_by,
    message.resolved_at AS resolved_at,
    run.run_code AS run_code
FROM messages AS message
LEFT JOIN runs AS run ON message.run_id = run.run_id
WHERE
    (CAST(:states AS text[]) IS NULL OR message.state = any(CAST(:states AS text[])))
    AND (CAST(:kind AS text) IS NULL OR message.kind = CAST(:kind AS text))
    AND (CAST(:recipient AS text) IS NULL OR strpos(lower(message.recipient), lower(CAST(:recipient AS text))) > 0)
    AND (CAST(:since AS timestamptz) IS NULL OR message.created_at >= CAST(:since AS timestamptz))
    AND (CAST(:message_code AS text) IS NULL OR message.message_code = CAST(:message_code AS text))
ORDER BY message.message_no DESC
LIMIT CAST(:at_most AS integer)
