-- Mails of earlier editions that still wait in the outbox although the same reader was written the corrected one: they are not
-- sent any more, or the old figures would come after the new ones. What the mail server may have taken already is left alone.
--
-- Reads: messages
-- Writes: messages (state)
-- Rerun: finds none
--
-- Params:
--   report (text): report
--   period (text): its period
--   shown_edition (int): number of the corrected edition, as its readers see it
--   reply (text): what the message says about its end
UPDATE messages AS m
SET
    state = 'failed',
    reply = CAST(:reply AS text),
    next_attempt_at = NULL
WHERE
    m.kind = CAST(:report AS text) || '_report'
    AND m.state = 'pending'
    AND m.edition < CAST(:shown_edition AS integer)
    AND EXISTS (
        SELECT 1
        FROM messages AS n
        WHERE
            n.kind = m.kind
            AND n.business_key = m.business_key
            AND n.recipient = m.recipient
            AND n.edition = CAST(:shown_edition AS integer)
            AND starts_with(n.business_key, CAST(:period AS text) || '/')
    )
