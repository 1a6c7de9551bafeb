-- How many mails wait, are under way, need a person, or went out today. A reminder that was withdrawn, since what it asks
-- for was paid or disputed before it was sent, has not failed; nor has an edition of a report of which the same reader was
-- written a corrected one.
-- Reads: messages, message_attempts, dunning
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
        WHERE
            m.state = 'failed'
            AND NOT (
                m.kind = 'dunning_notice'
                AND EXISTS (
                    SELECT 1
                    FROM dunning AS d
                    WHERE
                        d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD')
                        = m.business_key
                    HAVING bool_and(d.state = 'cancelled')
                )
            )
            AND NOT (
                m.kind IN ('weekly_report', 'daily_report', 'monthly_report')
                AND EXISTS (
                    SELECT 1
                    FROM messages AS n
                    WHERE
                        n.kind = m.kind
                        AND n.business_key = m.business_key
                        AND n.recipient = m.recipient
                        AND n.edition > m.edition
                )
            )
    ) AS failed,
    (
        SELECT count(*)
        FROM message_attempts AS a
        WHERE
            a.ended_at >= :day_start
            AND a.outcome = 'sent'
    ) AS sent_today
