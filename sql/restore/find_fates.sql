-- Mails whose end is known: what became of them, for a restore that brings back an earlier state of the same home.
-- Reads: messages
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   since (timestamptz): only those handed over then or later (inclusive)
SELECT
    settled.message_code AS message_code,
    settled.state AS state,
    settled.attempts AS attempts,
    settled.sent_at AS sent_at,
    settled.message_id AS message_id,
    settled.handed_at AS handed_at,
    settled.reply_code AS reply_code,
    settled.reply AS reply
FROM messages AS settled
WHERE settled.state IN ('sent', 'failed', 'unknown') AND settled.handed_at >= CAST(:since AS timestamptz)
ORDER BY settled.message_code
