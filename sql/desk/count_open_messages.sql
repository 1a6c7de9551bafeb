-- How many mails wait, are under way, need a person, or went out today.
-- Reads: messages, message_attempts
-- Writes: nothing (one row)
-- Rerun: reads only
-- Params:
--   day_start (timestamptz): start of today, inclusive
SELECT
    (
        SELECT count(*)
        FROM messages AS m
        WHERE m.state = 'pending'
    ) AS pending,
    (
        SELECT count(*)
        FROM messages AS m
        WHERE m.state = 'sending'
    ) AS sending,
    (
        SELECT count(*)
        FROM messages AS m
        WHERE m.state = 'unknown'
    ) AS unknown,
    (
        SELECT count(*)
        FROM messages AS m
        WHERE m.state = 'failed'
    ) AS failed,
    (
        SELECT count(*)
        FROM message_attempts AS a
        WHERE
            a.ended_at >= :day_start
            AND a.outcome = 'sent'
    ) AS sent_today
