-- A mail that was waiting when the backup was made, and of which the home knew more when it was replaced: that is
-- taken over, so that it does not leave a second time.
-- Reads: nothing else
-- Writes: messages (one row per mail that waited)
-- Rerun: what is settled no longer waits
-- Params:
--   fates (text): JSON array of what restore/find_fates found, one object per mail
WITH known AS (
    SELECT
        fate.message_code AS message_code,
        fate.state AS state,
        fate.attempts AS attempts,
        fate.sent_at AS sent_at,
        fate.message_id AS message_id,
        fate.handed_at AS handed_at,
        fate.reply_code AS reply_code,
        fate.reply AS reply
    FROM json_to_recordset(CAST(:fates AS json)) AS fate (
        message_code text,
        state text,
        attempts integer,
        sent_at timestamptz,
        message_id text,
        handed_at timestamptz,
        reply_code integer,
        reply text
    )
)

UPDATE messages AS waiting
SET
    state = known.state,
    attempts = known.attempts,
    sent_at = known.sent_at,
    message_id = known.message_id,
    handed_at = known.handed_at,
    reply_code = known.reply_code,
    reply = known.reply
FROM known
WHERE waiting.message_code = known.message_code AND waiting.state IN ('pending', 'sending')
