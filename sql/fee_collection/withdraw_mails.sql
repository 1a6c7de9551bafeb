-- Reminders that wait in the outbox although all their letters were cancelled: they are not sent any more.
--
-- Reads: dunning
-- Writes: messages (state)
-- Rerun: finds none
--
-- Params:
--   reply (text): what the message says about its end
UPDATE messages AS m
SET
    state = 'failed',
    reply = CAST(:reply AS text),
    next_attempt_at = NULL
WHERE
    m.kind = 'dunning_notice'
    AND m.state = 'pending'
    AND EXISTS (
        SELECT 1
        FROM dunning AS d
        WHERE d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD') = m.business_key
    )
    AND NOT EXISTS (
        SELECT 1
        FROM dunning AS d
        WHERE
            d.community_code || '/' || d.customer_code || '/' || to_char(d.run_on, 'YYYY-MM-DD') = m.business_key
            AND d.state <> 'cancelled'
    )
