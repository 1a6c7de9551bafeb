-- Mails that somebody must look at: failed for good, of unknown fate, or waiting long after their time. A reminder that was
-- withdrawn, since what it asks for was paid or disputed before it was sent, needs nobody; nor does an edition of a report of
-- which the same reader was written a corrected one.
-- Reads: messages, dunning
-- Writes: nothing
-- Rerun: the same answer
-- Params:
--   failed_since (timestamptz): failed ones written then or later count (inclusive)
--   due_before (timestamptz): waiting ones whose time came before then count (exclusive)
SELECT
    count(*) FILTER (
        WHERE
        mail.state = 'failed'
        AND mail.created_at >= CAST(:failed_since AS timestamptz)
        AND NOT (
            mail.kind = 'dunning_notice'
            AND EXISTS (
                SELECT 1
                FROM dunning AS d
                WHERE
                    d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
                    = mail.business_key
                HAVING bool_and(d.state = 'cancelled')
            )
        )
        AND NOT (
            mail.kind IN ('weekly_report', 'daily_report', 'monthly_report')
            AND EXISTS (
                SELECT 1
                FROM messages AS n
                WHERE
                    n.kind = mail.kind
                    AND n.business_key = mail.business_key
                    AND n.recipient = mail.recipient
                    AND n.edition > mail.edition
            )
        )
    ) AS failed,
    count(*) FILTER (WHERE mail.state = 'unknown') AS unknown_fate,
    count(*) FILTER (
        WHERE
        mail.state IN ('pending', 'sending')
        AND greatest(mail.created_at, mail.not_before) < CAST(:due_before AS timestamptz)
    ) AS late
FROM messages AS mail
WHERE mail.state <> 'sent'
