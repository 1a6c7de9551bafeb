-- Mails that somebody must look at: failed for good, of unknown fate, or waiting long after their time.
-- Reads: messages
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   failed_since (timestamptz): failed ones written then or later count (inclusive)
--   due_before (timestamptz): waiting ones whose time came before then count (exclusive)
SELECT
    count(*) FILTER (
        WHERE mail.state = 'failed' AND mail.created_at >= CAST(:failed_since AS timestamptz)
    ) AS failed,
    count(*) FILTER (WHERE mail.state = 'unknown') AS unknown_fate,
    count(*) FILTER (
        WHERE
        mail.state IN ('pending', 'sending')
        AND greatest(mail.created_at, mail.not_before) < CAST(:due_before AS timestamptz)
    ) AS late
FROM messages AS mail
WHERE mail.state <> 'sent'
