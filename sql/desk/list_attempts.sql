-- What the mail server said to each attempt at one mail.
-- Reads: message_attempts
-- Writes: nothing (one row per attempt, in order)
-- Rerun: reads only
-- Params:
--   message_no (bigint): the mail
SELECT
    a.ended_at AS ended_at,
    a.outcome AS outcome,
    a.reply_code AS reply_code,
    a.reply AS reply
FROM message_attempts AS a
WHERE a.message_no = :message_no
ORDER BY a.attempt_id ASC
