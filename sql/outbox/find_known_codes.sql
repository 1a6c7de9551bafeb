-- Which of the given messages are in the outbox already, so that writing them again writes nothing.
-- Reads: messages
-- Writes: nothing
-- Rerun: reads only
-- Params:
--   message_codes (text[]): codes derived from kind, business key, recipient and edition
SELECT known.message_code AS message_code
FROM messages AS known
WHERE known.message_code = any(CAST(:message_codes AS text[]))
